package io.pgproxy.core.internal.server;

import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The servers of this process that can be found by a name. All that servers share: a driver that is given the name of a
 * class and a text makes its socket factory from nothing else. Thread-safe.
 */
public final class InProcessNames {
    private static final InProcessNames ALL = new InProcessNames();

    private final Map<String, InProcessEndpoint> endpoints = new ConcurrentHashMap<>();

    private InProcessNames() {}

    /**
     * Finds a server.
     *
     * @param name that it was started with
     * @return where to connect
     * @throws ConnectException if no server of this name runs
     */
    public static InProcessEndpoint find(String name) throws ConnectException {
        InProcessEndpoint endpoint = ALL.endpoints.get(name);
        if (endpoint == null) {
            throw new ConnectException("Connection refused: no proxy named " + name + " runs in this process");
        }
        return endpoint;
    }

    /** Whether the name was free, and is this server's now. */
    static boolean put(String name, InProcessEndpoint endpoint) {
        return ALL.endpoints.putIfAbsent(name, endpoint) == null;
    }

    static void remove(String name, InProcessEndpoint endpoint) {
        ALL.endpoints.remove(name, endpoint);
    }
}
