package io.pgproxy.cache;

import io.pgproxy.sql.catalog.Catalog;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What was run while the catalogue was out of date, and may have changed definitions: until the next catalogue tells
 * that it has not, that is no better than the one before. For any thread.
 */
final class Doubts {
    private static final int MOST = 1000;

    private final DatabaseVersions versions;
    private final Set<Doubt> open = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean settling = new AtomicBoolean();

    Doubts(DatabaseVersions versions) {
        this.versions = versions;
    }

    /** Has run. */
    void add(Doubt doubt) {
        if (open.size() >= MOST) {
            versions.redefined();
        } else {
            open.add(doubt);
        }
    }

    /**
     * Judges all.
     *
     * @param catalog knows of everything that is certain to have been defined
     * @return whether it counts, if nothing has been defined meanwhile: not while another thread judges
     */
    boolean areSettledBy(Catalog catalog) {
        if (open.isEmpty()) {
            return true;
        }
        if (!settling.compareAndSet(false, true)) {
            return false;
        }
        try {
            List<Doubt> judged = List.copyOf(open);
            for (Doubt doubt : judged) {
                if (doubt.judged(catalog, versions.definitions()) instanceof Writing.Everything all
                        && all.definitions()) {
                    versions.redefined(); // before they are gone: whoever finds none looks at that afterwards
                    break;
                }
            }
            judged.forEach(open::remove);
            return true;
        } finally {
            settling.set(false);
        }
    }
}
