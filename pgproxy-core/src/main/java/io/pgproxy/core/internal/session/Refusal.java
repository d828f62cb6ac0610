package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.PgError;
import org.jspecify.annotations.Nullable;

/** Who refused a message learns what became of it. Exactly one of the two, unless the session ends before. */
public interface Refusal {
    /** For who does not care. */
    Refusal UNTOLD = new Refusal() {
        @Override
        public void told(PgError error) {}

        @Override
        public void skipped() {}
    };

    /**
     * What the client is told before it is told of the error.
     *
     * @return messages, owned by the caller; null for none
     */
    default @Nullable ByteBuf inFront() {
        return null;
    }

    /**
     * The client was told.
     *
     * @param error that of the refusal, or 25P02 where its block had failed before
     */
    void told(PgError error);

    /** Something before it in its batch has failed. */
    void skipped();
}
