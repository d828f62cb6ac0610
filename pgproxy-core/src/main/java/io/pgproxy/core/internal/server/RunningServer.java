package io.pgproxy.core.internal.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.pgproxy.core.SessionView;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.session.Session;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that listens: from its first bound port to the end of its last session. Thread-safe. */
public final class RunningServer {
    private final Composition composition;
    private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);

    /** A loop that an Error has ended would never say so: stopping must not wait for it for ever. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    /** An event loop that does nothing for so long is stuck. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final ServerThreads threads = new ServerThreads();
    private final EventLoopGroup acceptor;
    private final EventLoopGroup loops;
    private final List<Channel> listeners = new ArrayList<>();
    private final LiveSessions sessions;
    private final Heartbeats heartbeats;
    private volatile boolean draining;

    private RunningServer(Composition composition) {
        this.composition = composition;
        this.acceptor = group("pgproxy-accept", 1);
        this.loops = group("pgproxy-loop", composition.eventLoops());
        this.sessions = new LiveSessions(composition, threads.named("pgproxy-login"));
        this.heartbeats = new Heartbeats(loops, LONGEST_PAUSE);
    }

    /**
     * Binds every listener.
     *
     * @param composition what to run
     * @return the server
     * @throws IOException if a listener cannot be bound; nothing is left running
     */
    public static RunningServer start(Composition composition) throws IOException {
        RunningServer server = new RunningServer(composition);
        for (InetSocketAddress address : composition.listeners()) {
            ChannelFuture bound = server.bind(address);
            if (!bound.isSuccess()) {
                server.stop(Duration.ZERO);
                throw new IOException(
                        "cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
                                + reason(bound.cause()),
                        bound.cause());
            }
            server.listeners.add(bound.channel());
        }
        LOG.info("listening on {}, upstream {}", server.addresses(), composition.backend());
        return server;
    }

    private static String reason(Throwable cause) {
        return String.valueOf(cause.getMessage());
    }

    private ChannelFuture bind(InetSocketAddress address) {
        return new ServerBootstrap()
                .group(acceptor, loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 1_024)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
    }

    private void accept(SocketChannel channel) {
        Session session = sessions.begin(channel);
        if (session == null) {
            channel.close();
        } else {
            channel.pipeline().addLast(new FrontendHandler(session));
        }
    }

    /**
     * Where it listens, in the order given; port 0 replaced by the port it got.
     *
     * @return bound addresses
     */
    public List<InetSocketAddress> addresses() {
        return listeners.stream()
                .map(channel -> (InetSocketAddress) channel.localAddress())
                .toList();
    }

    /**
     * How many clients are connected.
     *
     * @return those in login included
     */
    public int sessionCount() {
        return sessions.count();
    }

    /** {@return the clients as they are now, by their numbers} */
    public List<SessionView> sessions() {
        return sessions.views();
    }

    /**
     * Ends one session.
     *
     * @param id its number
     * @return whether there was one
     */
    public boolean kill(long id) {
        return sessions.kill(id);
    }

    /** Other limits are in force. */
    public void limitsChanged() {
        sessions.limitsChanged();
    }

    /** {@return whether clients can connect} */
    public boolean isReady() {
        return !draining;
    }

    /** {@return whether its event loops do what they are asked for} */
    public boolean isLive() {
        return heartbeats.areRegular();
    }

    /**
     * Stops listening, and lets sessions finish their transactions.
     *
     * @param deadline when what is left is ended
     * @return whether nothing was left at the deadline
     */
    public boolean drain(Duration deadline) {
        stopListening();
        return sessions.drain(deadline);
    }

    private void stopListening() {
        draining = true;
        for (Channel listener : listeners) {
            listener.close().awaitUninterruptibly();
        }
    }

    /**
     * Stops listening, lets sessions finish their transactions, ends what is left at the deadline, and returns when no
     * socket and no thread is left.
     *
     * @param deadline how long sessions may take
     */
    public void stop(Duration deadline) {
        stopListening();
        sessions.drain(deadline);
        sessions.close();
        composition.backend().close();
        composition.others().forEach(Backend::close);
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        acceptor.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        threads.awaitEnd(LONGEST_STOP);
        LOG.info("stopped");
    }

    private EventLoopGroup group(String name, int count) {
        return new MultiThreadIoEventLoopGroup(count, threads.named(name), NioIoHandler.newFactory());
    }
}
