package io.pgproxy.cache;

import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.JdbcCatalog;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A database whose results are cached: its catalogue, and what is known of changes to its tables. All sessions that see
 * the same tables must share one, whatever they call the database, else the writes of one do not reach the results of
 * another. For any thread.
 */
public final class CachedDatabase {
    private static final long PAUSE = Duration.ofMillis(50).toNanos();

    private final Supplier<Catalog> current;
    private final Runnable readAgain;
    private final DatabaseVersions versions = new DatabaseVersions();
    private final Doubts doubts = new Doubts(versions);
    private final AtomicLong asked = new AtomicLong(System.nanoTime() - PAUSE);
    private volatile Readings readings = new Readings(Catalog.offline());

    private CachedDatabase(Supplier<Catalog> current, Runnable readAgain) {
        this.current = Objects.requireNonNull(current, "current");
        this.readAgain = Objects.requireNonNull(readAgain, "readAgain");
    }

    /**
     * A database with a catalogue that is read over JDBC. Nothing is cached until it was read, and after definitions
     * were changed through the proxy not until it was read again, which happens at once.
     *
     * @param catalog to be told {@link JdbcCatalog.Builder#refreshAfter when to read} by itself, too: what is defined
     *     past the proxy is seen then
     * @param executor where it is read: one that may block
     * @return a database of which no result is known yet
     */
    public static CachedDatabase of(JdbcCatalog catalog, Executor executor) {
        Objects.requireNonNull(executor, "executor");
        return new CachedDatabase(catalog::current, () -> catalog.refresh(executor));
    }

    /**
     * A database with a catalogue of any kind.
     *
     * @param current gives what is known; must not block
     * @param readAgain told when that is out of date; must not block. Nothing is cached until {@code current} gives a
     *     catalogue with a later {@link Catalog#readAt}
     * @return a database of which no result is known yet
     */
    public static CachedDatabase of(Supplier<Catalog> current, Runnable readAgain) {
        return new CachedDatabase(current, readAgain);
    }

    DatabaseVersions versions() {
        return versions;
    }

    Doubts doubts() {
        return doubts;
    }

    /** {@return what is known of the database, or null while that may be out of date} */
    @Nullable
    Catalog catalog() {
        Catalog catalog = current.get();
        if (catalog.isKnown()
                && versions.knowsAll(catalog.readAt())
                && doubts.areSettledBy(catalog)
                && versions.knowsAll(catalog.readAt())) {
            return catalog;
        }
        refresh();
        return null;
    }

    /** {@return what is known of statements by this catalogue} */
    Readings readings(Catalog catalog) {
        Readings known = readings;
        if (known.catalog() != catalog) {
            known = new Readings(catalog);
            readings = known;
        }
        return known;
    }

    /** Asks for the catalogue to be read again, now and then if need be. */
    void refresh() {
        long now = System.nanoTime();
        long before = asked.get();
        if (now - before >= PAUSE && asked.compareAndSet(before, now)) {
            readAgain.run();
        }
    }
}
