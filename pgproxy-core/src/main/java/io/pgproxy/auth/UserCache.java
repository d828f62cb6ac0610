package io.pgproxy.auth;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Keeps answers about users for a time, by database and user; those who ask at the same time share one answer. Failures
 * are not kept. Thread-safe.
 */
final class UserCache {
    private final Duration keep;
    private final int most;
    private final Map<Key, Entry> entries = new LinkedHashMap<>();

    UserCache(Duration keep, int most) {
        this.keep = keep;
        this.most = most;
    }

    Duration keep() {
        return keep;
    }

    CompletionStage<Optional<User>> find(
            String user, String database, Supplier<CompletableFuture<Optional<User>>> ask) {
        if (keep.isZero()) {
            return ask.get();
        }
        Key key = new Key(database, user);
        Entry entry;
        synchronized (entries) {
            long now = System.nanoTime();
            Entry known = entries.get(key);
            if (known != null && now - known.until < 0) {
                return known.answer.copy();
            }
            entry = new Entry(now + keep.toNanos(), ask.get());
            entries.remove(key); // in order of age
            entries.put(key, entry);
            trim(now);
        }
        entry.answer.whenComplete((found, failure) -> {
            if (failure != null) {
                synchronized (entries) {
                    entries.remove(key, entry);
                }
            }
        });
        return entry.answer.copy(); // who cancels its own does not cancel that of others
    }

    private void trim(long now) {
        Iterator<Entry> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            if (now - oldest.next().until < 0 && entries.size() <= most) {
                return;
            }
            oldest.remove();
        }
    }

    private record Key(String database, String user) {}

    private record Entry(long until, CompletableFuture<Optional<User>> answer) {}
}
