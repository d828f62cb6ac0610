package io.pgproxy.core.backend;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.pgproxy.core.internal.tls.UpstreamContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * How connections to one upstream are made safe.
 *
 * @param tls how they are encrypted
 * @param host whom the certificate has to be for
 * @param port where it is
 * @param computing makes handshakes
 * @param patience how long all of that may take
 */
record UpstreamSecurity(UpstreamContext tls, String host, int port, Executor computing, Duration patience) {
    /** A handler that finds its connection active once that is safe; only what goes over a network needs to be. */
    ChannelHandler inFrontOf(ChannelHandler handler, SocketAddress address) {
        if (tls.isOff() || !(address instanceof InetSocketAddress)) {
            return handler;
        }
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new TlsNegotiation(UpstreamSecurity.this), handler);
            }
        };
    }
}
