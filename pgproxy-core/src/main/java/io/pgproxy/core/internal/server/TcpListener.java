package io.pgproxy.core.internal.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Listens on a port.
 *
 * @param address resolved; port 0 is any free one
 */
public record TcpListener(InetSocketAddress address) implements Listener {
    @Override
    public OpenListener open(Acceptor acceptor) throws IOException {
        Channel channel = Acceptor.bind(
                acceptor.bootstrap(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, 1_024)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.TCP_NODELAY, true),
                address,
                address.getHostString() + ":" + address.getPort());
        return new Port(channel, (InetSocketAddress) channel.localAddress());
    }

    private record Port(Channel channel, InetSocketAddress where) implements OpenListener {
        @Override
        public void close() {
            channel.close().awaitUninterruptibly();
        }
    }
}
