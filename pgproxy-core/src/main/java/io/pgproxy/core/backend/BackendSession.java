package io.pgproxy.core.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One session of a {@link Backend}. All calls are made on the event loop it was opened with, none after
 * {@link #close()}; an engine with threads of its own hands over.
 */
public interface BackendSession {
    /**
     * Takes frontend messages, in order; a buffer may begin and end within a message.
     *
     * @param messages owned by the session from now on
     */
    void send(ByteBuf messages);

    /** No more messages for now: what was sent should leave. */
    void flush();

    /**
     * Whether more may be sent without piling up. Changes are told by {@link BackendSink#writable}.
     *
     * @return false while the proxy should stop reading from the client
     */
    boolean isWritable();

    /**
     * Asks for bytes, or for none: how a slow client slows the backend down. A few may still come.
     *
     * @param on whether the sink wants more
     */
    void reading(boolean on);

    /**
     * Cancels what runs in this session, as a CancelRequest does.
     *
     * @param key the BackendKeyData that this session has sent
     * @param done run on the event loop once a cancel can no longer arrive late: the request was refused, failed, or
     *     its connection has been closed by the server
     */
    void cancel(BackendKeyData key, Runnable done);

    /**
     * Whether it is encrypted on its way.
     *
     * @return false for an engine in this process
     */
    default boolean isEncrypted() {
        return false;
    }

    /**
     * What SCRAM can bind itself to (RFC 5929, {@code tls-server-end-point}): the hash of the certificate at the other
     * end.
     *
     * @return null if there is none
     */
    default byte @Nullable [] tlsServerEndPoint() {
        return null;
    }

    /**
     * The process at the other end, where that changes: a pool's session has one only now and then. From any thread.
     *
     * @return 0 if there is none for now; -1 if it is the one of BackendKeyData, as it is for this one
     */
    default int upstreamPid() {
        return -1;
    }

    /**
     * Why a pool's session keeps its connection beyond its transaction. From any thread.
     *
     * @return words such as {@code LISTEN}; empty if it does not, as for this one
     */
    default Set<String> pins() {
        return Set.of();
    }

    /**
     * Whether the session waits for a connection of a pool. From any thread.
     *
     * @return false for this one
     */
    default boolean isWaiting() {
        return false;
    }

    /**
     * How long the session has waited for connections of a pool since it was opened, without its login.
     *
     * @return nanoseconds; 0 for this one
     */
    default long waitedNanos() {
        return 0;
    }

    /**
     * Ends the session in the midst of its work, which nobody waits for any more.
     *
     * @param key the BackendKeyData that this session has sent
     */
    default void abandon(BackendKeyData key) {
        cancel(key, () -> {});
        close();
    }

    /** Ends the session without a word. Nothing is told to the sink any more. Idempotent. */
    void close();
}
