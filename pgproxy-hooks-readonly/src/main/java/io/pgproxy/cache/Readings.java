package io.pgproxy.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.pgproxy.hook.Statement;
import io.pgproxy.sql.Fingerprint;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.SearchPath;
import org.jspecify.annotations.Nullable;

/** What is known of statements that differ in constants only, by one reading of the catalogue. For any thread. */
final class Readings {
    private static final int MOST = 10_000;

    private final Catalog catalog;
    private final Cache<Place, Reading> known =
            Caffeine.newBuilder().executor(Runnable::run).maximumSize(MOST).build();

    Readings(Catalog catalog) {
        this.catalog = catalog;
    }

    /** A statement, and where its names are looked for. */
    private record Place(Fingerprint fingerprint, SearchPath path) {}

    Catalog catalog() {
        return catalog;
    }

    @Nullable
    Reading find(Statement statement, SearchPath path) {
        return isLikeOthers(statement.sql()) ? known.getIfPresent(new Place(statement.fingerprint(), path)) : null;
    }

    void keep(Statement statement, SearchPath path, Reading reading) {
        if (isLikeOthers(statement.sql())) {
            known.put(new Place(statement.fingerprint(), path), reading);
        }
    }

    /**
     * Whether a text's constants have no part in what is known of it: they are not in its fingerprint. Those with
     * escapes, and those that lines may divide, are not looked into here.
     */
    private static boolean isLikeOthers(String sql) {
        return sql.indexOf('\\') < 0 && sql.indexOf('\n') < 0 && sql.indexOf('\r') < 0 && !TimeWords.in(sql);
    }
}
