package io.pgproxy.core.internal.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A client's connection without a socket: two pipes. The methods of the client's end say so; all others are called by
 * Netty on the event loop.
 */
final class MemoryChannel extends AbstractChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /** So much is read before the session may send on what it has: as from a socket. */
    private static final int MOST_BUFFERS_AT_ONCE = 16;

    private final ChannelConfig config = new DefaultChannelConfig(this) {
        @Override
        protected void autoReadCleared() {
            readAsked = false;
        }
    };
    private final SocketAddress from;
    private final Executor waking;
    private final MemoryPipe toServer;
    private final MemoryPipe toClient;
    private final Parking reader = new Parking();
    private final Parking writer = new Parking();
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean open = true;
    private volatile boolean clientGone;
    private volatile boolean waitsForRoom;
    private boolean readAsked;

    /**
     * A connection to be registered with a loop.
     *
     * @param from what it says of the client
     * @param capacity how many bytes may wait in each direction
     * @param waking runs what the client's end asks for, on that loop
     */
    MemoryChannel(SocketAddress from, long capacity, Executor waking) {
        super(null);
        this.waking = waking;
        this.from = from;
        this.toServer = new MemoryPipe(capacity);
        this.toClient = new MemoryPipe(capacity);
    }

    /** The client's end: what it puts here is to be told by {@link #sent}. */
    MemoryPipe toServer() {
        return toServer;
    }

    /** The client's end: what it takes from here is to be told by {@link #taken}. */
    MemoryPipe toClient() {
        return toClient;
    }

    /** The client's end: where a thread waits for bytes. */
    Parking reader() {
        return reader;
    }

    /** The client's end: where a thread waits for room. */
    Parking writer() {
        return writer;
    }

    /** The client's end has put something in its pipe, or ended it. */
    void sent() {
        if (woken.compareAndSet(false, true)) {
            onLoop(this::deliver);
        }
    }

    /** The client's end has taken something out of its pipe. */
    void taken() {
        if (waitsForRoom && toClient.isHalfEmpty()) {
            waitsForRoom = false;
            onLoop(this::writeOn);
        }
    }

    /** The client's end has closed, and has ended and broken off its pipes. */
    void gone() {
        clientGone = true;
        onLoop(this::writeOn);
        sent();
    }

    private void onLoop(Runnable task) {
        try {
            waking.execute(task);
        } catch (RejectedExecutionException over) {
            if (eventLoop().isShuttingDown()) {
                hangUp();
            } else {
                close();
            }
        }
    }

    /** Hands over what the client has sent, if somebody wants to read. On the loop. */
    void deliver() {
        woken.set(false);
        if (!readAsked || !open) {
            return;
        }
        boolean last = toServer.isEnded();
        ByteBuf next = toServer.poll();
        if (next == null) {
            if (last) {
                unsafe().close(voidPromise());
            }
            return;
        }
        readAsked = false;
        int count = 0;
        while (next != null) {
            pipeline().fireChannelRead(next);
            count++;
            next = config.isAutoRead() && count < MOST_BUFFERS_AT_ONCE ? toServer.poll() : null;
        }
        if (toServer.isHalfEmpty()) {
            writer.wake();
        }
        pipeline().fireChannelReadComplete();
    }

    private void writeOn() {
        ((MemoryUnsafe) unsafe()).writeOn();
    }

    @Override
    protected void doBeginRead() {
        readAsked = true;
        if (!toServer.isEmpty() || toServer.isEnded()) {
            sent(); // not within the call that asks for it: as a socket does
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws IOException {
        for (Object message = out.current(); message != null && isRoom(); message = out.current()) {
            toClient.put(((ByteBuf) message).retain());
            out.remove();
        }
        reader.wake();
    }

    /** False if the write goes on when the client has read: it looks for who waits after it has made room. */
    private boolean isRoom() throws IOException {
        if (clientGone) {
            throw new IOException("the client has closed its connection");
        }
        if (toClient.hasRoom()) {
            return true;
        }
        waitsForRoom = true;
        if (!toClient.hasRoom()) {
            return false;
        }
        waitsForRoom = false;
        return true;
    }

    @Override
    protected void doClose() {
        toClient.keep();
        hangUp();
    }

    private void hangUp() {
        open = false;
        toServer.breakOff();
        toClient.end();
        writer.wake();
        reader.wake();
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
        return new MemoryUnsafe();
    }

    private final class MemoryUnsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("it is connected from the start"));
        }

        void writeOn() {
            flush0();
        }
    }
}
