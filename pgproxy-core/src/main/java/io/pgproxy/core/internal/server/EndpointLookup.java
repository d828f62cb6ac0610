package io.pgproxy.core.internal.server;

import java.net.ConnectException;

/** Finds the server that a client in this process connects to, each time it does. */
@FunctionalInterface
public interface EndpointLookup {
    /**
     * Finds it.
     *
     * @return where to connect
     * @throws ConnectException if there is none now
     */
    InProcessEndpoint find() throws ConnectException;
}
