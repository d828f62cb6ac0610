package io.pgproxy.core;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.hook.HookEngine;
import io.pgproxy.core.internal.pool.Pool;
import io.pgproxy.core.internal.pool.Pools;
import io.pgproxy.core.internal.server.Composition;
import io.pgproxy.core.internal.server.InProcessSocketFactory;
import io.pgproxy.core.internal.server.RunningServer;
import io.pgproxy.core.internal.session.NamedBackends;
import io.pgproxy.hook.HookChain;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.PoolView;
import io.pgproxy.pool.UpstreamPool;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL proxy in this process: clients connect to its listeners, each gets a session on the upstream.
 *
 * <pre>{@code
 * try (ProxyServer server = ProxyServer.builder()
 *         .listen("127.0.0.1", 6432)
 *         .upstream("postgresql://db.example:5432")
 *         .build()
 *         .start()) {
 *     …
 * }
 * }</pre>
 *
 * <p>Any number of servers live in one process; they share nothing. Thread-safe.
 */
public final class ProxyServer implements AutoCloseable {
    private final HookEngine engine;
    private final Pools pools;
    private final Composition composition;
    private @Nullable RunningServer running;
    private boolean closed;

    ProxyServer(HookEngine engine, Pools pools, Composition composition) {
        this.engine = engine;
        this.pools = pools;
        this.composition = composition;
    }

    /**
     * Composes a server.
     *
     * @return a builder with nothing set
     */
    public static ProxyServerBuilder builder() {
        return new ProxyServerBuilder();
    }

    /**
     * Binds the listeners. Once it returns, clients can connect.
     *
     * @return this server
     * @throws IOException if a listener cannot be bound; the message names it
     * @throws IllegalStateException if it was started or closed before
     */
    public synchronized ProxyServer start() throws IOException {
        if (running != null || closed) {
            throw new IllegalStateException("a server is started once");
        }
        try {
            pools.all().forEach(composition.governor().metrics()::pooled);
            running = RunningServer.start(composition);
        } finally {
            if (running == null) {
                unpool();
            }
        }
        return this;
    }

    /**
     * The ports it listens on, in the order of the builder; a port that was 0 is the one it got.
     *
     * @return the bound addresses; none if clients come in by other ways alone
     * @throws IllegalStateException if it does not run
     */
    public List<InetSocketAddress> addresses() {
        return running().addresses();
    }

    /**
     * The Unix domain sockets it listens on, in the order of the builder.
     *
     * @return their files
     * @throws IllegalStateException if it does not run
     */
    public List<Path> unixSockets() {
        return running().unixSockets();
    }

    /**
     * The first port it listens on.
     *
     * @return the bound port
     * @throws IllegalStateException if it does not run, or listens on no port
     */
    public int port() {
        List<InetSocketAddress> ports = addresses();
        if (ports.isEmpty()) {
            throw new IllegalStateException("the server listens on no port");
        }
        return ports.get(0).getPort();
    }

    /**
     * Connects clients of this process without a port, for those who take a factory as an object: any server has it,
     * also without {@link ProxyServerBuilder#inProcess}. Its sockets are those of
     * {@link io.pgproxy.core.memory.ProxySocketFactory}.
     *
     * @return a factory; its sockets cannot connect ({@link ConnectException}) while the server does not run
     */
    public SocketFactory socketFactory() {
        return new InProcessSocketFactory(() -> {
            RunningServer server = runningOrNull();
            if (server == null) {
                throw new ConnectException("Connection refused: the proxy does not run");
            }
            return server.endpoint();
        });
    }

    /**
     * How many clients are connected, those in login included.
     *
     * @return a snapshot
     * @throws IllegalStateException if it does not run
     */
    public int sessionCount() {
        return running().sessionCount();
    }

    /**
     * Who is connected, and what they do: a list of its own each time, by their numbers. From any thread.
     *
     * @return those in login included
     * @throws IllegalStateException if it does not run
     */
    public List<SessionView> sessions() {
        return running().sessions();
    }

    /**
     * Ends one session: what runs is cancelled, its transaction rolled back, and the client told 57P01.
     *
     * @param sessionId the number in {@link SessionView#id}
     * @return false if there is none of that number
     * @throws IllegalStateException if it does not run
     */
    public boolean kill(long sessionId) {
        return running().kill(sessionId);
    }

    /**
     * The pools of upstreams, by their names. From any thread.
     *
     * @return a snapshot; empty if no upstream is pooled
     */
    public List<PoolView> pools() {
        return pools.all().stream()
                .map(Pool::view)
                .sorted(Comparator.comparing(PoolView::upstream))
                .toList();
    }

    /**
     * The pool of one upstream.
     *
     * @param upstream its name; {@code main} for that without one
     * @return what operates it
     * @throws IllegalArgumentException if no upstream of that name is pooled
     */
    public UpstreamPool pool(String upstream) {
        Pool pool = pools.find(upstream);
        if (pool == null) {
            throw new IllegalArgumentException("no pooled upstream is named " + upstream);
        }
        return pool;
    }

    /**
     * One more upstream while it runs, its connections shared by the clients: hooks can send exchanges there from now
     * on.
     *
     * @param name as for {@link ProxyServerBuilder#upstream(String, Backend, PoolSettings)}
     * @param backend closed with the server, or when it is removed
     * @param pool how they are shared
     * @throws IllegalArgumentException if the name is taken, or clients log in there as who they are and the server has
     *     no authenticator
     * @throws IllegalStateException if the server is closed
     */
    public void addUpstream(String name, Backend backend, PoolSettings pool) {
        if (composition.authenticator() == null && !backend.logsInByItself()) {
            throw new IllegalArgumentException(
                    "upstream " + name + " (" + backend + ") cannot be pooled: clients log in"
                            + " there as who they are, and others would use their connections");
        }
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the server is closed: nobody would close " + backend);
            }
            NamedBackends backends = composition.backends();
            if (name.equals(NamedBackends.MAIN) || backends.find(name) != null) {
                throw new IllegalArgumentException("an upstream is named " + name + " already");
            }
            Pool added = pools.add(name, backend, pool);
            backends.add(name, added);
            if (running != null) {
                composition.governor().metrics().pooled(added);
            }
        }
    }

    /**
     * Takes an upstream away while it runs. No transaction begins there any more: a route that names it goes to the
     * next it names, or to {@code main}. Those that are open go on; connections are closed as they come back. Blocks
     * until none is left; not from an event loop.
     *
     * @param name not {@code main}
     * @param deadline how long to wait; what is left then, transactions and whatever keeps a connection, is ended
     * @return whether none was
     * @throws IllegalArgumentException if no pooled upstream has that name
     */
    public boolean removeUpstream(String name, Duration deadline) {
        Pool removed;
        synchronized (this) {
            removed = name.equals(NamedBackends.MAIN) ? null : pools.remove(name);
            if (removed == null) {
                throw new IllegalArgumentException("no pooled upstream is named " + name + " that could be removed");
            }
            composition.backends().remove(name);
            if (running != null) {
                composition.governor().metrics().unpooled(removed);
            }
        }
        return removed.end(deadline);
    }

    /**
     * The limits in force.
     *
     * @return those set last
     */
    public Limits limits() {
        return composition.governor().limits();
    }

    /**
     * Exchanges the limits, also while it runs: those of queries from each session's next exchange on, those of silence
     * at once, those of connections for new ones: nobody is sent away for a limit that was lowered. Sessions that began
     * when the server had neither limits of its own, nor hooks, nor metrics are limited in silence and number alone.
     *
     * @param next the limits from now on
     */
    public void limits(Limits next) {
        composition.governor().limits(next);
        RunningServer server = runningOrNull();
        if (server != null) {
            server.limitsChanged();
        }
    }

    /**
     * Whether it takes new clients: for a load balancer. It is not asked whether the upstream does.
     *
     * @return false before its start, and as soon as it drains
     */
    public boolean isReady() {
        RunningServer server = runningOrNull();
        return server != null && server.isReady();
    }

    /**
     * Whether its threads do what they are asked for: for whoever would start the process anew otherwise. Blocks
     * nothing; a thread that is stuck shows at the second question, five seconds later.
     *
     * @return false before its start, behind its end, and while a thread is stuck
     */
    public boolean isLive() {
        RunningServer server = runningOrNull();
        return server != null && server.isLive();
    }

    /**
     * Lets clients go: no new ones; those outside a transaction are told 57P01 as soon as what they have asked is
     * answered, the others when their transaction is over; no new transaction begins. What is left at the deadline is
     * cancelled and told 57P01. Blocks until nobody is left, at most some seconds beyond the deadline; to be closed
     * then. Not from an event loop.
     *
     * @param deadline how long transactions may take to end
     * @return whether all of them have ended by themselves
     * @throws IllegalStateException if it does not run
     */
    public boolean drain(Duration deadline) {
        return running().drain(deadline);
    }

    /**
     * Reads the files of {@link ProxyServerBuilder#tls} again, and those of the upstreams ({@link Backend#reload}), for
     * the connections that come. Blocks.
     *
     * @throws IOException if that fails, with the name of the file: what was read before stays in force there, and all
     *     others have been read; further failures are suppressed ones
     * @throws IllegalStateException if it does not run
     */
    public void reloadTls() throws IOException {
        running().reloadTls();
    }

    /**
     * The hooks in force.
     *
     * @return the chain set last
     */
    public HookChain hooks() {
        return engine.chain();
    }

    /**
     * Exchanges the hooks, also while it runs: in force at each session's next exchange. Prepared statements pass the
     * new hooks before they run again. Session hooks are asked for new sessions alone; a session that began without any
     * hook stays without. One that began with session hooks alone, whose SQL nobody has read, is read from then on:
     * what it prepared before is unknown (26000), a message above 1 MB may be refused (54000), and it ends with 0A000
     * if its encoding is none that can be read. A replication connection that could begin stays unread.
     *
     * @param chain the hooks from now on
     */
    public void hooks(HookChain chain) {
        engine.swap(chain);
    }

    private void unpool() {
        pools.all().forEach(composition.governor().metrics()::unpooled);
    }

    private synchronized @Nullable RunningServer runningOrNull() {
        return running;
    }

    private RunningServer running() {
        RunningServer server = runningOrNull();
        if (server == null) {
            throw new IllegalStateException("the server does not run");
        }
        return server;
    }

    /**
     * Drains and stops: no new clients; idle ones are told 57P01; busy ones finish their transaction; what is left at
     * the drain deadline is cancelled and told 57P01. Returns when no socket and no thread of the server is left.
     * Idempotent.
     */
    @Override
    public void close() {
        RunningServer server;
        synchronized (this) {
            server = closed ? null : running;
            if (!closed && server == null) {
                composition.backends().main().close();
                composition.backends().others().forEach(Backend::close);
            }
            closed = true;
        }
        if (server != null) {
            server.stop(composition.drainDeadline()); // it can be asked meanwhile whether it is alive, and who is left
            synchronized (this) {
                running = null;
            }
            unpool();
        }
        composition.governor().close();
    }
}
