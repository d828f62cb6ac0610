package io.pgproxy.core.internal.server;

/** A way in that clients can take until it is closed. */
public interface OpenListener extends AutoCloseable {
    /** {@return the InetSocketAddress or the Path of the socket file where clients find it, or a text} */
    Object where();

    /** Takes no more clients; those that are there stay. Blocks for a moment. Idempotent. */
    @Override
    void close();
}
