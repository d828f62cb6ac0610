package io.pgproxy.core.memory;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.server.MemoryServer;

/** A client's end of a connection to a {@link MemoryProxy}. All calls on the proxy's thread. */
public final class MemoryConnection implements AutoCloseable {
    private final MemoryServer.Connection connection;

    MemoryConnection(MemoryServer.Connection connection) {
        this.connection = connection;
    }

    /**
     * Sends bytes of the protocol, from the start-up packet on, and runs all that comes of it.
     *
     * @param bytes in whatever pieces; owned by the callee
     */
    public void send(ByteBuf bytes) {
        connection.send(bytes);
    }

    /**
     * Takes what the client was sent since the last call.
     *
     * @return bytes of the protocol; they may end within a message
     */
    public byte[] received() {
        return connection.received();
    }

    /** {@return whether neither side has closed it} */
    public boolean isOpen() {
        return connection.isOpen();
    }

    /** The client goes without a word. */
    @Override
    public void close() {
        connection.close();
    }
}
