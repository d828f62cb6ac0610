package io.pgproxy.core.internal.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.function.Consumer;

/**
 * Who takes the clients of all listeners.
 *
 * @param acceptor accepts connections
 * @param loops carry them
 * @param accepted begins a session, on the connection's event loop
 * @param endpoint takes clients in this process
 */
public record Acceptor(
        EventLoopGroup acceptor, EventLoopGroup loops, Consumer<Channel> accepted, InProcessEndpoint endpoint) {
    ServerBootstrap bootstrap(Class<? extends ServerChannel> kind) {
        return new ServerBootstrap().group(acceptor, loops).channel(kind).childHandler(beginner());
    }

    private ChannelInitializer<Channel> beginner() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                accepted.accept(channel);
            }
        };
    }

    /** Binds; blocks. */
    static Channel bind(ServerBootstrap bootstrap, SocketAddress address, String name) throws IOException {
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + name + ": " + bound.cause().getMessage(), bound.cause());
        }
        return bound.channel();
    }
}
