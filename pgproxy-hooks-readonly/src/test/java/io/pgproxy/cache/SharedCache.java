package io.pgproxy.cache;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.sql.catalog.JdbcCatalog;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Two proxies before one database that share a cache: one lets clients log in as who they are, the other has a pool.
 */
final class SharedCache implements AutoCloseable {
    /** The name of the catalogue's own connections. */
    static final String CATALOG = "catalog";

    private final ExecutorService reader = Executors.newSingleThreadExecutor();
    private final ResultCacheHook cache;
    private final ProxyServer plain;
    private final ProxyServer pooled;

    SharedCache(TestDatabase database, int connections, Consumer<ResultCacheHookBuilder> settings) throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setApplicationName(CATALOG);
        JdbcCatalog catalog = JdbcCatalog.builder(source).build();
        catalog.refresh();
        ResultCacheHookBuilder builder = ResultCacheHook.builder().database(CachedDatabase.of(catalog, reader));
        settings.accept(builder);
        cache = builder.build();
        plain = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + database.host() + ":" + database.port() + "/" + database.name())
                .drainDeadline(Duration.ofSeconds(1))
                .hook("cache", cache)
                .build()
                .start();
        pooled = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), PoolSettings.transaction(connections))
                .drainDeadline(Duration.ofSeconds(1))
                .hook("cache", cache)
                .build()
                .start();
    }

    ResultCacheHook cache() {
        return cache;
    }

    int port() {
        return plain.port();
    }

    int pooledPort() {
        return pooled.port();
    }

    @Override
    public void close() {
        plain.close();
        pooled.close();
        reader.shutdownNow();
    }
}
