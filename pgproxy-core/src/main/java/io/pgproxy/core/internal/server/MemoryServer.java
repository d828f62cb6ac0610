package io.pgproxy.core.internal.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.session.Session;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A server that does not listen: its sessions are those of a {@link RunningServer}, on an event loop that runs on the
 * thread that made it, when told, by a clock that stands still. All calls on that thread.
 */
public final class MemoryServer {
    private final Composition composition;
    private final LiveSessions sessions;
    private final MockTicker clock = Ticker.newMockTicker();
    private final ManualIoEventLoop loop =
            new ManualIoEventLoop(null, Thread.currentThread(), LocalIoHandler.newFactory(), clock);

    /**
     * A server without clients.
     *
     * @param composition what to run; its listeners and event loops are not used
     */
    public MemoryServer(Composition composition) {
        this.composition = composition;
        this.sessions = new LiveSessions(composition, null, new DefaultThreadFactory("pgproxy-login", true));
    }

    /**
     * A client connects.
     *
     * @param from where it says it is
     * @return its connection
     */
    public Connection connect(InetSocketAddress from) {
        MemoryChannel channel = new MemoryChannel(from, Long.MAX_VALUE, loop);
        EventLoopGroup group = loop;
        group.register(channel);
        Session session = sessions.begin(channel);
        if (session == null) {
            channel.close();
        } else {
            channel.pipeline().addLast(new FrontendHandler(session));
        }
        run();
        return new Connection(channel);
    }

    /** Runs all that can run now. */
    public void run() {
        int ran;
        do {
            ran = loop.runNow();
        } while (ran > 0);
    }

    /**
     * Waits until another thread has handed something over, and runs it.
     *
     * @param longest how long to wait, by the real clock
     */
    public void await(Duration longest) {
        loop.run(longest.toNanos());
        run();
    }

    /**
     * Lets time pass, and runs what becomes due.
     *
     * @param time how much
     */
    public void advance(Duration time) {
        clock.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        run();
    }

    /** Ends all sessions, and the loop. */
    public void close() {
        if (loop.isTerminated()) {
            return;
        }
        sessions.abort();
        run();
        sessions.close();
        composition.backends().main().close();
        composition.backends().others().forEach(Backend::close);
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        while (!loop.isTerminated()) {
            clock.advanceMillis(1); // it waits until it has been idle for a while, if no time at all
            loop.runNow();
        }
    }

    /** The client's end of a connection. */
    public final class Connection {
        private final MemoryChannel channel;

        private Connection(MemoryChannel channel) {
            this.channel = channel;
        }

        /**
         * Sends, and runs what comes of it.
         *
         * @param bytes owned by the callee
         */
        public void send(ByteBuf bytes) {
            channel.toServer().put(bytes);
            channel.deliver();
            run();
        }

        /**
         * What the client was sent since the last time.
         *
         * @return its bytes
         */
        public byte[] received() {
            MemoryPipe pipe = channel.toClient();
            byte[] bytes = new byte[pipe.readableBytes()];
            pipe.read(bytes, 0, bytes.length);
            return bytes;
        }

        /**
         * Whether neither side has closed it.
         *
         * @return true while it is open
         */
        public boolean isOpen() {
            return channel.isOpen();
        }

        /** The client goes. */
        public void close() {
            channel.close();
            run();
        }
    }
}
