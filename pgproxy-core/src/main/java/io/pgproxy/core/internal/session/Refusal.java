package io.pgproxy.core.internal.session;

import io.pgproxy.protocol.PgError;

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
     * The client was told.
     *
     * @param error that of the refusal, or 25P02 where its block had failed before
     */
    void told(PgError error);

    /** Something before it in its batch has failed. */
    void skipped();
}
