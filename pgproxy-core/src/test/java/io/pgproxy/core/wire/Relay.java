package io.pgproxy.core.wire;

import io.pgproxy.core.Limits;
import io.pgproxy.core.LimitsBuilder;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.pool.PoolMode;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.pgproxy.tls.ServerTls;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A proxy in front of a server, for the time of a test: clients log in there as who they are. */
public record Relay(ProxyServer server) implements AutoCloseable {
    private static final Duration DRAIN = Duration.ofSeconds(3);

    /** Whether the same tests are to see a session whose answers are watched: nothing may be another. */
    private static final boolean WATCHED = Boolean.getBoolean("pgproxy.test.watched");

    /** How clients share connections in the same tests, or null: nothing may be another but what a pool cannot have. */
    private static final @Nullable String POOLED = System.getProperty("pgproxy.test.pooled");

    public static Relay to(TestDatabase database) throws IOException {
        if (POOLED == null) {
            return to(database.host(), database.port());
        }
        PoolMode mode = PoolMode.valueOf(POOLED.toUpperCase(Locale.ROOT));
        return pooled(database, PoolSettings.builder().mode(mode).maximum(2).build());
    }

    /** Clients share the connections of the database's own user. */
    public static Relay pooled(TestDatabase database, PoolSettings pool) throws IOException {
        return new Relay(ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), pool)
                .drainDeadline(DRAIN)
                .build()
                .start());
    }

    public static Relay to(String host, int port) throws IOException {
        return WATCHED ? to(host, port, Relay::farAway) : start(ProxyServer.builder(), host, port);
    }

    /** Limits that nobody is over: everything is counted, and what could be cut off is kept in order. */
    private static LimitsBuilder farAway(LimitsBuilder limits) {
        return limits.maxRows(Long.MAX_VALUE - 1)
                .maxBytes(Long.MAX_VALUE - 1)
                .maxTime(Duration.ofHours(1))
                .statementLength(1L << 40)
                .clientIdle(Duration.ofHours(1))
                .idleInTransaction(Duration.ofHours(1))
                .queriesPerSecond(100_000_000)
                .concurrentQueries(1_000_000);
    }

    public static Relay to(String host, int port, UnaryOperator<LimitsBuilder> limits) throws IOException {
        return start(ProxyServer.builder().limits(limits.apply(Limits.builder()).build()), host, port);
    }

    public static Relay to(String host, int port, UnaryOperator<LimitsBuilder> limits, ServerTls tls)
            throws IOException {
        return start(
                ProxyServer.builder()
                        .limits(limits.apply(Limits.builder()).build())
                        .tls(tls),
                host,
                port);
    }

    private static Relay start(ProxyServerBuilder proxy, String host, int port) throws IOException {
        return new Relay(proxy.listen("127.0.0.1", 0)
                .upstream("postgresql://" + host + ":" + port)
                .drainDeadline(DRAIN)
                .build()
                .start());
    }

    public int port() {
        return server.port();
    }

    public ScriptedClient connect() throws IOException {
        return ScriptedClient.connect("127.0.0.1", port());
    }

    /** A client that is logged in. */
    public ScriptedClient login(TestDatabase database) throws IOException {
        ScriptedClient client = connect();
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    @Override
    public void close() {
        server.close();
    }
}
