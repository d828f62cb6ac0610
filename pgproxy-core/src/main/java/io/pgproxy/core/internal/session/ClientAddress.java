package io.pgproxy.core.internal.session;

import io.pgproxy.core.LocalClient;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/** What a client's address is taken for. */
public final class ClientAddress {
    private ClientAddress() {}

    /**
     * Where a client is. Clients of a Unix domain socket have no address: theirs is an empty path.
     *
     * @param remote what its connection says; null if that has closed before it was asked
     * @return an address that can be shown
     */
    public static SocketAddress of(@Nullable SocketAddress remote) {
        if (remote == null) {
            return InetSocketAddress.createUnresolved("unknown", 0);
        }
        return remote instanceof UnixDomainSocketAddress ? LocalClient.UNIX_SOCKET : remote;
    }

    /**
     * What clients are counted by: the machine, whatever the port.
     *
     * @param client an address as {@link #of} gives it
     * @return a key, equal for all clients of one machine, and for all local ones
     */
    public static Object host(SocketAddress client) {
        return client instanceof InetSocketAddress inet && inet.getAddress() != null ? inet.getAddress() : client;
    }
}
