package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.pgproxy.core.internal.tls.ListenerTls;
import io.pgproxy.core.internal.tls.ServerHandshake;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/** The client's socket, as its session sees it. All calls on its event loop. */
final class ClientPort {
    /** How long a client may take to read the last words said to it. */
    private static final long LINGER_SECONDS = 10;

    private final Channel channel;

    ClientPort(Channel channel) {
        this.channel = channel;
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    /** Where the client is. */
    SocketAddress address() {
        return ClientAddress.of(channel.remoteAddress());
    }

    /** The client's machine, as a key to count by. */
    Object host() {
        return ClientAddress.host(address());
    }

    /** Whether the client comes over a network. */
    boolean isRemote() {
        return address() instanceof InetSocketAddress;
    }

    /** Encrypts what comes and goes from now on. */
    ServerHandshake encrypt(ListenerTls tls) {
        ServerHandshake handshake = tls.handshake(channel.alloc());
        channel.pipeline().addFirst(handshake.handler());
        return handshake;
    }

    /** Bytes that were taken for clear ones; owned by the callee. */
    void receiveAgain(ByteBuf bytes) {
        channel.pipeline().fireChannelRead(bytes);
    }

    /** Queues bytes; owned by the callee. */
    void write(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    /** Asks for the client's bytes, or for none. */
    void reading(boolean on) {
        if (channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
    }

    /** Closes once everything written has left, or after a while. */
    void closeWhenFlushed() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        if (channel.isOpen()) {
            var late = channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
            channel.closeFuture().addListener(closed -> late.cancel(false));
        }
    }

    void close() {
        channel.close();
    }
}
