package io.pgproxy.core;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import io.pgproxy.auth.AuthenticationOptions;
import io.pgproxy.auth.Authenticator;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.core.internal.hook.HookEngine;
import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.pool.Pool;
import io.pgproxy.core.internal.pool.Pools;
import io.pgproxy.core.internal.server.Composition;
import io.pgproxy.core.internal.server.InProcessListener;
import io.pgproxy.core.internal.server.Listener;
import io.pgproxy.core.internal.server.TcpListener;
import io.pgproxy.core.internal.server.UnixListener;
import io.pgproxy.core.internal.session.NamedBackends;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.HookOptions;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.metrics.ProxyMetrics;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.tls.ServerTls;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Composes a {@link ProxyServer}. A way in for clients and an upstream are required, all else has defaults. Setting a
 * thing twice is an error, but listeners add up. Not thread-safe; one builder builds one server.
 */
public final class ProxyServerBuilder {
    private static final String MAIN = "main";

    /** Connections that one event loop is worth: see {@link #eventLoops}. */
    private static final int CONNECTIONS_PER_LOOP = 8;

    private static final Set<PosixFilePermission> OWNER = Set.of(OWNER_READ, OWNER_WRITE);

    private final List<Listener> listeners = new ArrayList<>();
    private @Nullable Backend upstream;
    private final Map<String, Backend> others = new LinkedHashMap<>();
    private final Pools pools = new Pools();
    private @Nullable Limits limits;
    private @Nullable ProxyMetrics metrics;
    private @Nullable Duration drainDeadline;
    private @Nullable HookChain chain;
    private final HookChain.Builder hooks = HookChain.builder();
    private @Nullable Authenticator authenticator;
    private AuthenticationOptions authentication = AuthenticationOptions.DEFAULT;
    private @Nullable ServerTls tls;
    private int eventLoops;

    ProxyServerBuilder() {}

    /**
     * Listens there, too.
     *
     * @param host a name or an address of this machine; {@code 0.0.0.0} and {@code ::} are all of them
     * @param port 0 for any free one
     * @return this builder
     * @throws IllegalArgumentException if the port is none or the host is unknown
     */
    public ProxyServerBuilder listen(String host, int port) {
        return listen(new InetSocketAddress(host, port));
    }

    /**
     * Listens there, too.
     *
     * @param address of this machine; port 0 for any free one
     * @return this builder
     * @throws IllegalArgumentException if the address is unresolved
     */
    public ProxyServerBuilder listen(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("unknown host to listen on: " + address.getHostString());
        }
        listeners.add(new TcpListener(address));
        return this;
    }

    /**
     * Listens on a Unix domain socket, too, which its owner alone may use.
     *
     * @param path see {@link #listenUnix(Path, Set)}
     * @return this builder
     */
    public ProxyServerBuilder listenUnix(Path path) {
        return listenUnix(path, OWNER);
    }

    /**
     * Listens on a Unix domain socket, too. The clients of libpq look for {@code DIR/.s.PGSQL.PORT}: to a proxy that
     * listens on {@code /run/pgproxy/.s.PGSQL.6432} they come by {@code psql -h /run/pgproxy -p 6432}.
     *
     * <p>The file is made when the server starts and removed when it takes no more clients. The socket of a process
     * that has ended is replaced; where another process listens, or where something is that is no socket, the start
     * fails and nothing is removed. The directory must exist, on a file system with POSIX permissions. Its clients have
     * the address {@link LocalClient#UNIX_SOCKET}.
     *
     * @param path of the socket file, at most 107 bytes of UTF-8
     * @param permissions of the file: who may write to it may connect
     * @return this builder
     */
    public ProxyServerBuilder listenUnix(Path path, Set<PosixFilePermission> permissions) {
        listeners.add(new UnixListener(path.toAbsolutePath(), Set.copyOf(permissions)));
        return this;
    }

    /**
     * Takes clients of this process, too: those whose sockets a {@link io.pgproxy.core.memory.ProxySocketFactory} of
     * this name makes. No port is needed. Their address is {@link LocalClient#IN_PROCESS}.
     *
     * @param name unique among the servers that run in this process; the start fails if another has it
     * @return this builder
     * @throws IllegalArgumentException if the name is empty
     */
    public ProxyServerBuilder inProcess(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("no name given for clients in this process");
        }
        listeners.add(new InProcessListener(name));
        return this;
    }

    /**
     * The server behind the proxy.
     *
     * @param url {@code postgresql://host:port}: clients log in there as who they are;
     *     {@code postgresql://user:password@host:port/database}: the proxy logs in, clients are trusted unless there is
     *     an {@link #authenticator authenticator}
     * @return this builder
     * @throws IllegalArgumentException if the URL is malformed
     * @throws IllegalStateException if an upstream is set already
     */
    public ProxyServerBuilder upstream(String url) {
        return upstream(RemotePostgres.of(url));
    }

    /**
     * What stands behind the proxy.
     *
     * @param backend a server elsewhere or an engine in this process; closed with the server
     * @return this builder
     * @throws IllegalStateException if an upstream is set already
     */
    public ProxyServerBuilder upstream(Backend backend) {
        if (upstream != null) {
            throw new IllegalStateException("an upstream is set already: " + upstream);
        }
        upstream = Objects.requireNonNull(backend, "backend");
        return this;
    }

    /**
     * The server behind the proxy, its connections shared by the clients.
     *
     * @param url as for {@link #upstream(String)}, with a user for the proxy to log in as, unless there is an
     *     {@link #authenticator authenticator}
     * @param pool how they are shared
     * @return this builder
     * @throws IllegalArgumentException if the URL is malformed
     * @throws IllegalStateException if an upstream is set already
     */
    public ProxyServerBuilder upstream(String url, PoolSettings pool) {
        return upstream(RemotePostgres.of(url), pool);
    }

    /**
     * What stands behind the proxy, its connections shared by the clients.
     *
     * @param backend closed with the server
     * @param pool how they are shared
     * @return this builder
     * @throws IllegalStateException if an upstream is set already
     */
    public ProxyServerBuilder upstream(Backend backend, PoolSettings pool) {
        return upstream(pooled(MAIN, backend, pool));
    }

    /**
     * One more upstream, to which a {@link io.pgproxy.hook.RouteHook} can send exchanges. Every session is connected to
     * that without a name, whose name is {@code main}; to others it is when an exchange goes there first.
     *
     * @param name not {@code main}
     * @param url as for {@link #upstream(String)}; without credentials it has to trust the session's user
     * @return this builder
     * @throws IllegalArgumentException if the URL is malformed or the name is taken
     */
    public ProxyServerBuilder upstream(String name, String url) {
        return upstream(name, RemotePostgres.of(url));
    }

    /**
     * One more upstream, see {@link #upstream(String, String)}.
     *
     * @param name not {@code main}
     * @param backend closed with the server
     * @return this builder
     * @throws IllegalArgumentException if the name is taken
     */
    public ProxyServerBuilder upstream(String name, Backend backend) {
        Objects.requireNonNull(backend, "backend");
        if (name.equals(MAIN) || others.putIfAbsent(name, backend) != null) {
            throw new IllegalArgumentException("an upstream is named " + name + " already");
        }
        return this;
    }

    /**
     * One more upstream, see {@link #upstream(String, String)}, its connections shared by the clients.
     *
     * @param name not {@code main}
     * @param url as for {@link #upstream(String, PoolSettings)}
     * @param pool how they are shared
     * @return this builder
     * @throws IllegalArgumentException if the URL is malformed or the name is taken
     */
    public ProxyServerBuilder upstream(String name, String url, PoolSettings pool) {
        return upstream(name, RemotePostgres.of(url), pool);
    }

    /**
     * One more upstream, see {@link #upstream(String, String)}, its connections shared by the clients.
     *
     * @param name not {@code main}
     * @param backend closed with the server
     * @param pool how they are shared
     * @return this builder
     * @throws IllegalArgumentException if the name is taken
     */
    public ProxyServerBuilder upstream(String name, Backend backend, PoolSettings pool) {
        return upstream(name, pooled(name, backend, pool));
    }

    private Pool pooled(String name, Backend backend, PoolSettings settings) {
        return pools.add(name, Objects.requireNonNull(backend, "backend"), Objects.requireNonNull(settings, "pool"));
    }

    /**
     * Finds out who clients are, instead of the upstream, with {@link AuthenticationOptions#DEFAULT}.
     *
     * @param value decides
     * @return this builder
     * @throws IllegalStateException if there is an authenticator already
     */
    public ProxyServerBuilder authenticator(Authenticator value) {
        return authenticator(value, AuthenticationOptions.DEFAULT);
    }

    /**
     * Finds out who clients are, instead of the upstream. That is logged in to for the identity found: by credentials
     * of the identity, else by those of the upstream's URL, else it has to trust the proxy.
     *
     * @param value decides
     * @param options what holds for all logins
     * @return this builder
     * @throws IllegalStateException if there is an authenticator already
     */
    public ProxyServerBuilder authenticator(Authenticator value, AuthenticationOptions options) {
        if (authenticator != null) {
            throw new IllegalStateException("an authenticator is set already: " + authenticator);
        }
        authenticator = Objects.requireNonNull(value, "authenticator");
        authentication = Objects.requireNonNull(options, "options");
        return this;
    }

    /**
     * What clients may do; {@link Limits#DEFAULT} unless set. {@link ProxyServer#limits(Limits)} exchanges them later,
     * for sessions that began before, too, if they are set here or hooks or metrics are.
     *
     * @param value the limits
     * @return this builder
     * @throws IllegalStateException if limits are set already
     */
    public ProxyServerBuilder limits(Limits value) {
        if (limits != null) {
            throw new IllegalStateException("limits are set already: " + limits);
        }
        limits = Objects.requireNonNull(value, "limits");
        return this;
    }

    /**
     * Encrypts what clients send over networks; not what comes by Unix domain sockets or from this process.
     *
     * @param value how
     * @return this builder
     * @throws IllegalStateException if that is set already
     */
    public ProxyServerBuilder tls(ServerTls value) {
        if (tls != null) {
            throw new IllegalStateException("TLS is set already: " + tls);
        }
        tls = Objects.requireNonNull(value, "tls");
        return this;
    }

    /**
     * Measures the server, and what passes through it.
     *
     * @param value takes what is measured, as {@code MicrometerMetrics} does
     * @return this builder
     * @throws IllegalStateException if somebody measures already
     */
    public ProxyServerBuilder metrics(ProxyMetrics value) {
        if (metrics != null) {
            throw new IllegalStateException("metrics are set already: " + metrics);
        }
        metrics = Objects.requireNonNull(value, "metrics");
        return this;
    }

    /**
     * Registers a hook under the simple name of its class, behind those registered before.
     *
     * @param hook not a lambda, nor a bundle: these need a name
     * @return this builder
     * @throws IllegalArgumentException if it needs a name, or the name is taken
     * @throws IllegalStateException if a chain is set
     */
    public ProxyServerBuilder hook(QueryHook hook) {
        collecting().hook(hook);
        return this;
    }

    /**
     * Registers a hook, behind those registered before.
     *
     * @param name unique: logs and outcomes carry it
     * @param hook the hook
     * @return this builder
     * @throws IllegalArgumentException if the name is taken
     * @throws IllegalStateException if a chain is set
     */
    public ProxyServerBuilder hook(String name, QueryHook hook) {
        collecting().hook(name, hook);
        return this;
    }

    /**
     * Registers a hook with options, behind those registered before.
     *
     * @param name unique: logs and outcomes carry it
     * @param hook the hook
     * @param options how it is run
     * @return this builder
     * @throws IllegalArgumentException if the name is taken, or the options do not fit the hook
     * @throws IllegalStateException if a chain is set
     */
    public ProxyServerBuilder hook(String name, QueryHook hook, HookOptions options) {
        collecting().hook(name, hook, options);
        return this;
    }

    /**
     * The hooks, all at once.
     *
     * @param hooks in their order
     * @return this builder
     * @throws IllegalStateException if hooks are set already
     */
    public ProxyServerBuilder hooks(HookChain hooks) {
        if (!collecting().build().entries().isEmpty()) {
            throw new IllegalStateException("hooks are set already");
        }
        chain = Objects.requireNonNull(hooks, "hooks");
        return this;
    }

    private HookChain.Builder collecting() {
        if (chain != null) {
            throw new IllegalStateException("hooks are set already: " + chain);
        }
        return hooks;
    }

    /**
     * How long sessions may take to end when the server is closed; 30 s unless set.
     *
     * @param value zero to end them at once
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if it is set already
     */
    public ProxyServerBuilder drainDeadline(Duration value) {
        if (drainDeadline != null) {
            throw new IllegalStateException("a drain deadline is set already: " + drainDeadline);
        }
        if (value.isNegative()) {
            throw new IllegalArgumentException("the drain deadline is negative: " + value);
        }
        drainDeadline = value;
        return this;
    }

    /**
     * How many threads carry sessions; half the processors unless set, and one for eight connections if all upstreams
     * are pooled; at least one. A session and its upstreams stay on one of them.
     *
     * @param threads positive
     * @return this builder
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it is set already
     */
    public ProxyServerBuilder eventLoops(int threads) {
        if (eventLoops != 0) {
            throw new IllegalStateException("the number of event loops is set already: " + eventLoops);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("not a number of event loops: " + threads);
        }
        eventLoops = threads;
        return this;
    }

    /**
     * Checks the composition.
     *
     * @return a server that has not been started
     * @throws IllegalStateException if a way in or the upstream is missing, or if clients are to share an upstream
     *     where each of them logs in
     */
    public ProxyServer build() {
        if (listeners.isEmpty()) {
            throw new IllegalStateException(
                    "nowhere to listen: call listen(host, port), listenUnix(path) or inProcess(name)");
        }
        if (upstream == null) {
            throw new IllegalStateException("no upstream: call upstream(url)");
        }
        pools.all().forEach(pool -> {
            if (authenticator == null && !pool.logsInByItself()) {
                throw new IllegalStateException("upstream " + pool.view().upstream() + " (" + pool
                        + ") cannot be pooled: clients log in there as who they are, and others would use their"
                        + " connections; give its URL a user (postgresql://USER:PASSWORD@HOST/DATABASE), or the proxy an"
                        + " authenticator");
            }
        });
        Governor governor = new Governor(
                limits == null ? Limits.DEFAULT : limits,
                metrics == null ? ProxyMetrics.NONE : metrics,
                limits != null);
        NamedBackends backends = new NamedBackends(upstream, others);
        HookEngine engine = new HookEngine(chain == null ? hooks.build() : chain, backends, governor);
        return new ProxyServer(
                engine,
                pools,
                new Composition(
                        List.copyOf(listeners),
                        backends,
                        governor,
                        drainDeadline == null ? Duration.ofSeconds(30) : drainDeadline,
                        eventLoops == 0 ? loops() : eventLoops,
                        engine,
                        authenticator,
                        authentication,
                        tls));
    }

    /** With few connections on many loops, clients would wait while connections of other loops are idle. */
    private int loops() {
        int loops = Runtime.getRuntime().availableProcessors() / 2;
        if (upstream instanceof Pool && pools.all().size() == others.size() + 1) {
            int connections = pools.all().stream()
                    .mapToInt(pool -> pool.settings().maximum())
                    .sum();
            loops = Math.min(loops, connections / CONNECTIONS_PER_LOOP);
        }
        return Math.max(1, loops);
    }
}
