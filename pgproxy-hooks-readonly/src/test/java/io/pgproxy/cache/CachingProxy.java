package io.pgproxy.cache;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.sql.catalog.JdbcCatalog;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.postgresql.ds.PGPoolingDataSource;

/** A proxy with a cache in front of a database. */
@SuppressWarnings("deprecation") // of the driver's pool, which is no worse here than another that would be one more jar
public final class CachingProxy implements AutoCloseable {
    private final TestDatabase database;
    private final ExecutorService reader = Executors.newSingleThreadExecutor();
    /** A login takes the server as long as the rest of a reading. */
    private final PGPoolingDataSource source = new PGPoolingDataSource();

    private final JdbcCatalog catalog;
    private final ResultCacheHook cache;
    private final ProxyServer server;

    private CachingProxy(
            TestDatabase database,
            Consumer<ResultCacheHookBuilder> settings,
            UnaryOperator<ProxyServerBuilder> around,
            List<QueryHook> others)
            throws Exception {
        this.database = database;
        source.setDataSourceName(UUID.randomUUID().toString()); // without one it cannot be closed
        source.setUrl(database.jdbcUrl());
        catalog = JdbcCatalog.builder(source).build();
        catalog.refresh();
        ResultCacheHookBuilder builder = ResultCacheHook.builder().database(CachedDatabase.of(catalog, reader));
        settings.accept(builder);
        cache = builder.build();
        ProxyServerBuilder proxy = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url())
                .drainDeadline(Duration.ofSeconds(1))
                .hook("cache", cache);
        for (QueryHook other : others) {
            proxy = proxy.hook("other-" + others.indexOf(other), other);
        }
        server = around.apply(proxy).build().start();
    }

    public static CachingProxy before(TestDatabase database) throws Exception {
        return before(database, builder -> {});
    }

    static CachingProxy before(TestDatabase database, Consumer<ResultCacheHookBuilder> settings, QueryHook... others)
            throws Exception {
        return new CachingProxy(database, settings, proxy -> proxy, List.of(others));
    }

    static CachingProxy before(
            TestDatabase database, Consumer<ResultCacheHookBuilder> settings, UnaryOperator<ProxyServerBuilder> around)
            throws Exception {
        return new CachingProxy(database, settings, around, List.of());
    }

    public ResultCacheHook cache() {
        return cache;
    }

    ProxyServer server() {
        return server;
    }

    public int port() {
        return server.port();
    }

    /** The driver, through the proxy. */
    Connection connect(String... parameters) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port() + "/" + database.name() + "?user=" + database.user()
                        + "&password=" + database.password() + "&sslmode=disable"
                        + (parameters.length == 0 ? "" : "&" + String.join("&", parameters)));
    }

    /** Raw messages, through the proxy. */
    ScriptedClient client() throws IOException {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", port());
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    /** Reads the catalogue again, for what the test has defined past the proxy. */
    void readCatalog() throws SQLException {
        catalog.refresh();
    }

    /** How many results were served since it was asked last. */
    long served(Work work) throws Exception {
        CacheStatistics before = cache.statistics();
        work.run();
        CacheStatistics after = cache.statistics();
        return after.hits() - before.hits();
    }

    /** Something that a test does. */
    interface Work {
        void run() throws Exception;
    }

    /** The rows of a query, one line each. */
    static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> lines = new ArrayList<>();
            while (row.next()) {
                StringBuilder line = new StringBuilder();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    line.append(i == 1 ? "" : "|").append(row.getString(i));
                }
                lines.add(line.toString());
            }
            return lines;
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        server.close();
        reader.shutdownNow();
        source.close();
    }
}
