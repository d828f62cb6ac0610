package io.pgproxy.core.internal.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.pgproxy.core.LocalClient;
import java.io.IOException;
import java.net.ConnectException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Where clients in this process connect to a server. Thread-safe. */
public final class InProcessEndpoint {
    /** So many bytes may wait in each direction: drivers count on some 64 kB before a writer has to wait. */
    static final int CAPACITY = 1 << 17;

    private static final long LONGEST_CLOSE_SECONDS = 5;

    private final IoEventLoopGroup loops;
    private final Consumer<Channel> accepted;
    private final ChannelGroup open;
    private final Map<IoEventLoop, Doorbell> bells = new HashMap<>();
    private boolean closed;

    InProcessEndpoint(IoEventLoopGroup loops, Consumer<Channel> accepted) {
        this.loops = loops;
        this.accepted = accepted;
        this.open = new DefaultChannelGroup(loops.next());
    }

    synchronized MemoryChannel connect() throws IOException {
        if (closed) {
            throw refused();
        }
        IoEventLoop loop = loops.next();
        MemoryChannel channel = new MemoryChannel(LocalClient.IN_PROCESS, CAPACITY, bell(loop));
        channel.pipeline().addLast(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel registered) {
                accepted.accept(registered);
            }
        });
        ChannelFuture registered = ((EventLoop) loop).register(channel);
        if (registered.isDone() && !registered.isSuccess()) {
            throw refused();
        }
        open.add(channel);
        return channel;
    }

    private Doorbell bell(IoEventLoop loop) throws IOException {
        Doorbell bell = bells.get(loop);
        if (bell == null) {
            bell = new Doorbell(loop);
            bells.put(loop, bell);
        }
        return bell;
    }

    private static ConnectException refused() {
        return new ConnectException("Connection refused: the proxy in this process takes no more clients");
    }

    /** Takes no more clients. */
    synchronized void close() {
        closed = true;
    }

    /** Closes what is still open. Blocks; the event loops must still run. */
    void end() {
        close();
        open.close().awaitUninterruptibly(LONGEST_CLOSE_SECONDS, TimeUnit.SECONDS);
        synchronized (this) {
            bells.values().forEach(Doorbell::close);
        }
    }
}
