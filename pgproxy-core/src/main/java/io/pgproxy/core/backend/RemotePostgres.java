package io.pgproxy.core.backend;

import io.netty.channel.EventLoop;
import io.pgproxy.core.internal.tls.UpstreamContext;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import io.pgproxy.tls.UpstreamTls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server elsewhere, reached by TCP or by a Unix domain socket.
 *
 * <p>Without credentials a client's login is the server's own exchange with it, passed on (trust, cleartext, md5,
 * SCRAM), with the client's user and database as they are. With credentials the proxy logs in by itself, and clients
 * are trusted, unless the proxy authenticates them. Credentials that were found for a client take the place of those of
 * the URL.
 */
public final class RemotePostgres implements Backend {
    private static final int MOST_THREADS = 2;

    /** How long connections whose sessions have ended may take to close. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final PostgresUrl url;
    private final Duration connectTimeout;
    private final ExecutorService blocking;
    private volatile UpstreamContext tls;
    private final HostResolver resolver;
    private final OpenChannels channels = new OpenChannels();

    private RemotePostgres(PostgresUrl url, Duration connectTimeout) {
        this.url = url;
        this.connectTimeout = connectTimeout;
        try {
            this.tls = new UpstreamContext(url.tls());
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MOST_THREADS, MOST_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "pgproxy-upstream-login");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        this.blocking = threads;
        this.resolver = new HostResolver(url.host(), url.port(), threads);
    }

    /**
     * A server by its URL.
     *
     * @param url see {@link PostgresUrl}; with a user in it the proxy logs in by itself
     * @return the backend; nothing is connected yet
     * @throws IllegalArgumentException if the URL is malformed, or a file that it names cannot be read
     */
    public static RemotePostgres of(String url) {
        return of(PostgresUrl.parse(url));
    }

    /**
     * A server by the parts of its URL.
     *
     * @param url with credentials the proxy logs in by itself
     * @return the backend; nothing is connected yet
     * @throws IllegalArgumentException if a file that it names cannot be read
     */
    public static RemotePostgres of(PostgresUrl url) {
        return new RemotePostgres(url, Duration.ofSeconds(10));
    }

    /**
     * Another time limit for reaching the server, 10 s by default. It ends with the client's login deadline at the
     * latest.
     *
     * @param timeout positive
     * @return a new backend; this one is not changed and should not be used any more
     */
    public RemotePostgres withConnectTimeout(Duration timeout) {
        close();
        return new RemotePostgres(url, timeout);
    }

    /**
     * Where it is.
     *
     * @return the parts of its URL
     */
    public PostgresUrl url() {
        return url;
    }

    /**
     * Asks whether a server is there and lets us in. Blocks; not for event loops.
     *
     * <p>It goes as far as the server's first request for a password; whether the password is right only a login shows.
     *
     * @param timeout for all of it
     * @throws IOException in one line what is wrong: unreachable, not a PostgreSQL server, or the server's refusal
     */
    public void probe(Duration timeout) throws IOException {
        Probe.run(url, tls, timeout);
    }

    /**
     * Reads the files of {@link UpstreamTls} again, the authorities and our certificate, for the connections that come.
     * Blocks; not for event loops.
     *
     * @throws IOException if that fails, with the name of the file: what was read before stays in force
     */
    public void reloadTls() throws IOException {
        tls = new UpstreamContext(url.tls());
    }

    @Override
    public boolean logsInByItself() {
        return url.credentials() != null;
    }

    @Override
    public String loginUser(StartupMessage startup) {
        Credentials own = url.credentials();
        return own == null ? startup.requireUser() : own.user();
    }

    /** As {@link #reloadTls}. */
    @Override
    public void reload() throws IOException {
        reloadTls();
    }

    @Override
    public BackendSession open(StartupMessage startup, EventLoop loop, BackendSink sink) {
        return open(startup, loop, sink, url.credentials());
    }

    @Override
    public BackendSession open(StartupMessage startup, Credentials credentials, EventLoop loop, BackendSink sink) {
        return open(startup, loop, sink, credentials);
    }

    private BackendSession open(
            StartupMessage startup, EventLoop loop, BackendSink sink, @Nullable Credentials credentials) {
        StartupMessage sent = credentials == null ? startup : withOwner(startup, credentials);
        RemoteSession session = new RemoteSession(
                loop,
                sink,
                channels,
                sent,
                new UpstreamSecurity(tls, url.host(), url.port(), blocking, connectTimeout),
                credentials == null ? null : login(credentials, sent, loop));
        session.connect(resolver, connectTimeout);
        return session;
    }

    private OwnedLogin login(Credentials credentials, StartupMessage startup, EventLoop loop) {
        String database = Objects.requireNonNullElse(startup.parameter("database"), credentials.user());
        LoginTarget target = new LoginTarget(url.host(), url.port(), database, credentials.user());
        LoginPassword password = new LoginPassword(credentials, target, blocking, loop);
        return new OwnedLogin(password, url.tls().channelBinding(), blocking, loop);
    }

    private StartupMessage withOwner(StartupMessage startup, Credentials credentials) {
        List<StartupParameter> parameters = new ArrayList<>();
        String database = startup.parameter("database");
        parameters.add(new StartupParameter("user", credentials.user()));
        parameters.add(new StartupParameter("database", database != null ? database : ownDatabase(credentials)));
        for (StartupParameter parameter : startup.parameters()) {
            if (!parameter.name().equals("user") && !parameter.name().equals("database")) {
                parameters.add(parameter);
            }
        }
        return new StartupMessage(startup.version(), parameters);
    }

    private String ownDatabase(Credentials credentials) {
        @Nullable String database = url.database();
        return database != null ? database : credentials.user();
    }

    @Override
    public void close() {
        channels.close(LAST_WORDS);
        blocking.shutdownNow();
    }

    /** Tells where it is; no secret. */
    @Override
    public String toString() {
        return "RemotePostgres[" + url.host() + ":" + url.port() + "]";
    }
}
