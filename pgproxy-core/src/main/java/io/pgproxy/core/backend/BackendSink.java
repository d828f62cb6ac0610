package io.pgproxy.core.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.PgError;

/** Takes what a {@link BackendSession} sends. All calls on the event loop that the session was opened with. */
public interface BackendSink {
    /**
     * Bytes from the backend: v3 messages, from the first Authentication message on, in whatever pieces they came.
     *
     * @param bytes owned by the sink from now on
     */
    void received(ByteBuf bytes);

    /** Nothing more for now: what was received should leave. */
    void receiveComplete();

    /**
     * {@link BackendSession#isWritable()} has changed.
     *
     * @param writable the new value
     */
    void writable(boolean writable);

    /**
     * The session is over: it was never reached, or its other end has gone. Called at most once, and last.
     *
     * @param reason what a client may be told where the backend itself has not said it: 08001 or 08006
     */
    void closed(PgError reason);
}
