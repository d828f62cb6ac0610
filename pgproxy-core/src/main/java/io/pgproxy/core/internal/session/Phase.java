package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.PgError;

/** A session's behaviour between two turning points. All calls on its event loop. */
interface Phase {
    /** Bytes from the client; owned by the callee. */
    void received(ByteBuf bytes);

    /** The connection is encrypted from now on. */
    default void encrypted() {}

    /** The connection cannot be encrypted, and is being closed. */
    default void notEncrypted(Throwable cause) {}

    /** No more bytes for now. */
    default void receiveComplete() {}

    /** The client takes more, or should get less. */
    default void clientWritable(boolean writable) {}

    /** The client's socket has closed. Gives back everything; the last call. */
    void clientGone();

    /**
     * A CancelRequest has named this session.
     *
     * @param done called when the cancel can no longer arrive late, or there is nothing to cancel
     */
    default void cancel(Runnable done) {
        done.run();
    }

    /** The server stops: the session ends at the next transaction boundary. */
    void drain();

    /** Other limits are in force. */
    default void limitsChanged() {}

    /** The session ends now, with this FATAL error where one can still be told. */
    void abort(PgError reason);
}
