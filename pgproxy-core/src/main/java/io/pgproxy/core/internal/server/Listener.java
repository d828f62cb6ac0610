package io.pgproxy.core.internal.server;

import java.io.IOException;

/** A way in for clients, as it was asked for. */
public sealed interface Listener permits TcpListener, UnixListener, InProcessListener {
    /**
     * Opens it. Blocks.
     *
     * @param acceptor takes its clients
     * @return what is open
     * @throws IOException if it cannot be opened; the message names it
     */
    OpenListener open(Acceptor acceptor) throws IOException;
}
