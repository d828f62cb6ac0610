package io.pgproxy.core.internal.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A client's connection without a socket: what it sends waits until it is read, as in a socket's buffer; what is
 * written for it is kept until it is taken. On one thread.
 */
final class MemoryChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final InetSocketAddress from;
    private final Deque<ByteBuf> unread = new ArrayDeque<>();
    private final ByteBuf written = Unpooled.buffer();
    private boolean open = true;
    private boolean readAsked;

    MemoryChannel(InetSocketAddress from) {
        super(null);
        this.from = from;
    }

    /** The client sends; owned by the callee. */
    void send(ByteBuf bytes) {
        if (open) {
            unread.add(bytes);
            deliver();
        } else {
            bytes.release();
        }
    }

    /** What has been written since the last time. */
    byte[] take() {
        byte[] bytes = new byte[written.readableBytes()];
        written.readBytes(bytes);
        written.clear();
        return bytes;
    }

    private void deliver() {
        if (!readAsked || unread.isEmpty()) {
            return;
        }
        readAsked = false;
        do {
            pipeline().fireChannelRead(unread.remove());
        } while (config.isAutoRead() && !unread.isEmpty());
        pipeline().fireChannelReadComplete();
    }

    @Override
    protected void doBeginRead() {
        readAsked = true;
        if (!unread.isEmpty()) {
            eventLoop().execute(this::deliver); // not within the call that asks for it: as a socket does
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        for (Object message = out.current(); message != null; message = out.current()) {
            written.writeBytes((ByteBuf) message);
            out.remove();
        }
    }

    @Override
    protected void doClose() {
        open = false;
        unread.forEach(ByteBuf::release);
        unread.clear();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return HERE;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return from;
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("it is connected from the start");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                promise.setFailure(new UnsupportedOperationException("it is connected from the start"));
            }
        };
    }
}
