package io.pgproxy.benchmarks.cache;

import io.pgproxy.cache.CachedDatabase;
import io.pgproxy.cache.ResultCacheHook;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.readonly.ReadOnlyHook;
import io.pgproxy.sql.catalog.JdbcCatalog;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.postgresql.ds.PGSimpleDataSource;

/** The read-only proxy, with a cache or without, in a process of its own that ends with its standard input. */
public final class MeasuredCache {
    private MeasuredCache() {}

    /**
     * Serves.
     *
     * @param arguments the port; the port of the server; user and database; whether there is a cache
     * @throws IOException if it cannot listen
     * @throws SQLException if the catalogue cannot be read
     */
    public static void main(String[] arguments) throws IOException, SQLException {
        int upstream = Integer.parseInt(arguments[1]);
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
            ProxyServerBuilder builder = ProxyServer.builder()
                    .listen("127.0.0.1", Integer.parseInt(arguments[0]))
                    .upstream("postgresql://127.0.0.1:" + upstream + "/?sslmode=disable");
            if (Boolean.parseBoolean(arguments[4])) {
                builder.hook("cache", cache(upstream, arguments[2], arguments[3], reader));
            }
            builder.hook("read-only", ReadOnlyHook.builder().build());
            try (ProxyServer server = builder.build().start()) {
                System.out.println("listening on " + server.port());
                while (System.in.read() >= 0) {
                    // Until nobody holds the other end.
                }
            }
        } finally {
            reader.shutdown();
        }
    }

    private static ResultCacheHook cache(int port, String user, String database, ExecutorService reader)
            throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setUser(user);
        source.setDatabaseName(database);
        JdbcCatalog catalog = JdbcCatalog.builder(source)
                .refreshAfter(Duration.ofSeconds(30), reader)
                .build();
        catalog.refresh();
        return ResultCacheHook.builder()
                .database(CachedDatabase.of(catalog, reader))
                .timeToLive(Duration.ofMinutes(15))
                .maxEntries(10_000)
                .acrossUsers()
                .upstreamIsReadOnly()
                .build();
    }
}
