package io.pgproxy.core.backend;

import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Finds a host's addresses without blocking an event loop: the JDK's look-up does block. */
final class HostResolver {
    private final String host;
    private final int port;
    private final Executor blocking;

    HostResolver(String host, int port, Executor blocking) {
        this.host = host;
        this.port = port;
        this.blocking = blocking;
    }

    /** Hands over the addresses, on the loop, in the order to try them; none if the host is unknown. */
    void resolve(EventLoop loop, Consumer<List<? extends SocketAddress>> found) {
        if (host.startsWith("/")) {
            found.accept(List.of(UnixSocket.address(host, port)));
            return;
        }
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            found.accept(lookUp());
            return;
        }
        try {
            blocking.execute(() -> {
                List<InetSocketAddress> addresses = lookUp();
                loop.execute(() -> found.accept(addresses));
            });
        } catch (RejectedExecutionException closed) {
            found.accept(List.of());
        }
    }

    private List<InetSocketAddress> lookUp() {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .map(address -> new InetSocketAddress(address, port))
                    .toList();
        } catch (UnknownHostException e) {
            return List.of();
        }
    }
}
