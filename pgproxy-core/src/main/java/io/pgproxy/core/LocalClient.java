package io.pgproxy.core;

import java.io.Serial;
import java.net.SocketAddress;

/**
 * Where a client is that came without a network, and so has no address of its own: {@link #UNIX_SOCKET} or
 * {@link #IN_PROCESS}. Limits for each address count all clients of a kind as one. Its {@code toString} is what logs,
 * the audit and application names show. Immutable.
 */
public final class LocalClient extends SocketAddress {
    /** On this machine, through a Unix domain socket: {@code local}. */
    public static final LocalClient UNIX_SOCKET = new LocalClient("local");

    /** In this process, through a socket factory of the server: {@code in-process}. */
    public static final LocalClient IN_PROCESS = new LocalClient("in-process");

    @Serial
    private static final long serialVersionUID = 1;

    /** What it is called. */
    private final String name;

    private LocalClient(String name) {
        this.name = name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LocalClient client && name.equals(client.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** {@return {@code local} or {@code in-process}} */
    @Override
    public String toString() {
        return name;
    }
}
