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
import org.jspecify.annotations.Nullable;

/** The client's socket, as its session sees it. All calls on its event loop. */
final class ClientPort {
    /** How long a client may take to read the last words said to it. */
    private static final long LINGER_SECONDS = 10;

    private final Channel channel;

    /** Written, but what follows may still become part of it. */
    private @Nullable ByteBuf growing;

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
        leave();
        channel.write(bytes, channel.voidPromise());
    }

    /**
     * Queues bytes that were made here, in one piece with what follows, as far as they have room for it: to write a
     * piece more costs more than to copy some bytes.
     *
     * @param bytes owned by the callee, nobody else's
     */
    void writeWithNext(ByteBuf bytes) {
        ByteBuf before = growing;
        if (before != null && bytes.readableBytes() <= before.writableBytes()) {
            before.writeBytes(bytes);
            bytes.release();
        } else {
            leave();
            growing = bytes;
        }
    }

    private void leave() {
        ByteBuf last = growing;
        if (last != null) {
            growing = null;
            channel.write(last, channel.voidPromise());
        }
    }

    void flush() {
        leave();
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
        leave();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        if (channel.isOpen()) {
            var late = channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
            channel.closeFuture().addListener(closed -> late.cancel(false));
        }
    }

    void close() {
        if (growing != null) {
            growing.release();
            growing = null;
        }
        channel.close();
    }
}
