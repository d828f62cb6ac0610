package io.pgproxy.core.fanout;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.fanout.FanOut;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A proxy before several databases that are written to as one.
 *
 * @param proxy the proxy
 * @param fanOut its upstream
 * @param databases what it writes to, in its order: a, b, c
 */
record Writers(ProxyServer proxy, FanOut fanOut, List<TestDatabase> databases) implements AutoCloseable {
    static Writers of(LocalPostgres server, int count, String... definitions) throws Exception {
        return of(server, FanOut.builder(), null, count, definitions);
    }

    /** With whatever is set in a builder that has no writer yet. */
    static Writers of(LocalPostgres server, FanOut.Builder all, int count, String... definitions) throws Exception {
        return of(server, all, null, count, definitions);
    }

    static Writers pooled(LocalPostgres server, PoolSettings settings, int count, String... definitions)
            throws Exception {
        return of(server, FanOut.builder(), settings, count, definitions);
    }

    private static Writers of(
            LocalPostgres server, FanOut.Builder all, @Nullable PoolSettings settings, int count, String... definitions)
            throws Exception {
        List<TestDatabase> databases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TestDatabase database = SharedDatabases.take(server);
            for (String definition : definitions) {
                database.execute(definition);
            }
            databases.add(database);
            all.writer(String.valueOf((char) ('a' + i)), OneDatabase.of(database));
        }
        FanOut fanOut = all.build();
        ProxyServerBuilder proxy = ProxyServer.builder().listen("127.0.0.1", 0);
        proxy = settings == null ? proxy.upstream(fanOut) : proxy.upstream(fanOut, settings);
        return new Writers(proxy.build().start(), fanOut, databases);
    }

    TestDatabase database(int number) {
        return databases.get(number);
    }

    ScriptedClient login() throws Exception {
        return FanOutProxy.login(proxy);
    }

    Connection connect(String options) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/any?user=anybody&" + options);
    }

    /** What a query says on each of them. */
    List<List<List<@Nullable String>>> all(String sql) throws SQLException {
        List<List<List<@Nullable String>>> all = new ArrayList<>();
        for (TestDatabase database : databases) {
            all.add(database.query(sql));
        }
        return all;
    }

    @Override
    public void close() throws Exception {
        proxy.close();
        databases.forEach(SharedDatabases::giveBack);
    }
}
