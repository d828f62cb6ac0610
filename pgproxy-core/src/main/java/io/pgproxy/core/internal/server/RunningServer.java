package io.pgproxy.core.internal.server;

import io.netty.channel.Channel;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.pgproxy.core.SessionView;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.session.Session;
import io.pgproxy.core.internal.tls.ListenerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
    private final IoEventLoopGroup acceptor;
    private final IoEventLoopGroup loops;
    private final List<OpenListener> listeners = new ArrayList<>();
    private final InProcessEndpoint endpoint;
    private final LiveSessions sessions;
    private final Heartbeats heartbeats;
    private final @Nullable ListenerTls tls;
    private volatile boolean draining;

    private RunningServer(Composition composition) throws IOException {
        this.composition = composition;
        this.tls = composition.tls(threads.named("pgproxy-tls"));
        this.acceptor = group("pgproxy-accept", 1);
        this.loops = group("pgproxy-loop", composition.eventLoops());
        this.sessions = new LiveSessions(composition, tls, threads.named("pgproxy-login"));
        this.endpoint = new InProcessEndpoint(loops, this::accept);
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
        Acceptor acceptor = new Acceptor(server.acceptor, server.loops, server::accept, server.endpoint);
        try {
            for (Listener listener : composition.listeners()) {
                server.listeners.add(listener.open(acceptor));
            }
        } catch (IOException e) {
            server.stop(Duration.ZERO);
            throw e;
        }
        LOG.info(
                "listening on {}, upstream {}",
                server.where(),
                composition.backends().main());
        return server;
    }

    private void accept(Channel channel) {
        Session session = sessions.begin(channel);
        if (session == null) {
            channel.close();
        } else {
            channel.pipeline().addLast(new FrontendHandler(session));
        }
    }

    private List<Object> where() {
        return listeners.stream().map(OpenListener::where).toList();
    }

    /**
     * The ports it listens on, in the order given; port 0 replaced by the port it got.
     *
     * @return bound addresses
     */
    public List<InetSocketAddress> addresses() {
        return whereIs(InetSocketAddress.class);
    }

    /**
     * The Unix domain sockets it listens on, in the order given.
     *
     * @return their files
     */
    public List<Path> unixSockets() {
        return whereIs(Path.class);
    }

    /**
     * Reads the files of its certificates again, and has its upstreams do the same.
     *
     * @throws IOException the first failure, the others suppressed: there nothing has changed, elsewhere it has
     */
    public void reloadTls() throws IOException {
        List<FileReading> all = new ArrayList<>();
        if (tls != null) {
            all.add(tls::reload);
        }
        all.add(composition.backends().main()::reload);
        composition.backends().others().forEach(other -> all.add(other::reload));
        FileReading.runAll(all);
    }

    /** {@return where clients in this process connect} */
    public InProcessEndpoint endpoint() {
        return endpoint;
    }

    private <T> List<T> whereIs(Class<T> kind) {
        return where().stream().filter(kind::isInstance).map(kind::cast).toList();
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
        listeners.forEach(OpenListener::close);
        endpoint.close();
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
        if (tls != null) {
            tls.close();
        }
        endpoint.end();
        composition.backends().main().close();
        composition.backends().others().forEach(Backend::close);
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        acceptor.shutdownGracefully(0, 5, TimeUnit.SECONDS);
        threads.awaitEnd(LONGEST_STOP);
        LOG.info("stopped");
    }

    private IoEventLoopGroup group(String name, int count) {
        return new MultiThreadIoEventLoopGroup(count, threads.named(name), NioIoHandler.newFactory());
    }
}
