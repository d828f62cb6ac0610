package io.pgproxy.cache.documents;

import io.pgproxy.cache.CachedDatabase;
import io.pgproxy.cache.ResultCacheHook;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.sql.catalog.JdbcCatalog;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import javax.sql.DataSource;

public final class CachedShop {
    private CachedShop() {}

    public static ProxyServer start(String upstream, DataSource sameDatabase, ExecutorService mayBlock)
            throws IOException {
        JdbcCatalog catalog = JdbcCatalog.builder(sameDatabase)
                .refreshAfter(Duration.ofSeconds(30), mayBlock)
                .build();
        ResultCacheHook cache = ResultCacheHook.builder()
                .database(CachedDatabase.of(catalog, mayBlock))
                .timeToLive(Duration.ofMinutes(15))
                .maxEntries(10_000)
                .build();
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(upstream)
                .hook("cache", cache)
                .build()
                .start();
    }
}
