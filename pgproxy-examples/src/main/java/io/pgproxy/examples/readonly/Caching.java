package io.pgproxy.examples.readonly;

import io.pgproxy.cache.CacheStatistics;
import io.pgproxy.cache.CachedDatabase;
import io.pgproxy.cache.ResultCacheHook;
import io.pgproxy.sql.catalog.JdbcCatalog;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.slf4j.Logger;

/** The cache of the read-only proxy, and the thread that reads the catalogue for it. */
public final class Caching implements AutoCloseable {

    private static final Duration READ_CATALOG_EVERY = Duration.ofSeconds(30);

    private final ExecutorService reader;
    private final ResultCacheHook hook;
    private final Logger log;

    private Caching(ExecutorService reader, ResultCacheHook hook, Logger log) {
        this.reader = reader;
        this.hook = hook;
        this.log = log;
    }

    /**
     * Reads the catalogue, and begins to cache.
     *
     * @param settings how long and how many
     * @param source logs in as the proxy does
     * @param log is told if the catalogue cannot be read: nothing is cached until it can
     * @return a cache without results
     */
    public static Caching begin(Settings settings, DataSource source, Logger log) {
        ExecutorService reader = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "pgproxy-catalog");
            thread.setDaemon(true);
            return thread;
        });
        JdbcCatalog catalog = JdbcCatalog.builder(source)
                .refreshAfter(READ_CATALOG_EVERY, reader)
                .build();
        try {
            catalog.refresh();
        } catch (SQLException failure) {
            log.warn("the catalogue cannot be read, so that nothing is cached yet: {}", failure.getMessage());
        }
        ResultCacheHook hook = ResultCacheHook.builder()
                .database(CachedDatabase.of(catalog, reader))
                .timeToLive(settings.cacheTtl())
                .maxEntries(settings.maxCacheEntries())
                .acrossUsers() // all are the same role to the server
                .upstreamIsReadOnly() // by the hook beside it
                .build();
        return new Caching(reader, hook, log);
    }

    /** {@return what goes into the chain} */
    public ResultCacheHook hook() {
        return hook;
    }

    @Override
    public void close() {
        reader.shutdownNow();
        CacheStatistics done = hook.statistics();
        log.info("{} results served from the cache, {} asked for", done.hits() + done.shared(), done.misses());
    }
}
