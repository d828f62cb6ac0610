package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import org.jspecify.annotations.Nullable;

/** What a session learns from its upstreams. */
public interface UpstreamListener {
    /** Bytes for the client; owned by the callee. */
    void answered(Upstream upstream, ByteBuf bytes);

    /** No more bytes for now. */
    void answersComplete(Upstream upstream);

    /** ReadyForQuery has been seen; its bytes are still to come, unless the stream is split. */
    void exchangeEnded(Upstream upstream, TransactionStatus status);

    /** This many exchanges will have no ReadyForQuery of their own: an error skipped them. */
    void exchangesMerged(Upstream upstream, int count);

    /**
     * This many Syncs are ignored because they were sent within COPY; the exchange they ended goes on, if it was
     * theirs.
     */
    void syncsVoided(Upstream upstream, int count, boolean exchangeGoesOn);

    /** A setting was reported; told by watched upstreams only, before the client hears of it. */
    default void settingReported(Upstream upstream, String name, String value) {}

    /** A setting was reported within an answer that is not for the client, which does not hear of it. */
    default void settingTaken(Upstream upstream, String name, String value) {}

    /** An ErrorResponse is about to be passed on; null if it is too long to be read. */
    default void errorSeen(Upstream upstream, @Nullable PgError error) {}

    /**
     * The server's last words have come.
     *
     * @return true if they are not to be passed on
     */
    default boolean takesFatal(Upstream upstream, PgError error) {
        return false;
    }

    /** The upstream takes more, or should get less. */
    void upstreamWritable(Upstream upstream, boolean writable);

    /** It is over; nothing follows. */
    void upstreamClosed(Upstream upstream, PgError reason);
}
