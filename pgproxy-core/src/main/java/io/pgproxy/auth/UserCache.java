package io.pgproxy.auth;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers about users for a time, by database and user. Failures are not kept. Nobody waits for a question that
 * somebody else has asked: that one may go, and its task with it. Thread-safe.
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

    /** What is kept, or else what is found on one of the workers; {@code ask} blocks. */
    CompletionStage<Optional<User>> find(String user, String database, Executor workers, Supplier<Optional<User>> ask) {
        Key key = new Key(database, user);
        Entry known = kept(key);
        return known != null
                ? CompletableFuture.completedFuture(known.answer)
                : CompletableFuture.supplyAsync(() -> keptOrAsked(key, ask), workers);
    }

    /** Others may have asked the same while this task waited. */
    private Optional<User> keptOrAsked(Key key, Supplier<Optional<User>> ask) {
        Entry known = kept(key);
        if (known != null) {
            return known.answer;
        }
        long asked = System.nanoTime(); // it may be older than its answer, and must not be younger
        Optional<User> found = ask.get();
        if (!keep.isZero()) {
            keep(key, new Entry(asked + keep.toNanos(), found));
        }
        return found;
    }

    private @Nullable Entry kept(Key key) {
        synchronized (entries) {
            Entry known = entries.get(key);
            return known != null && System.nanoTime() - known.until < 0 ? known : null;
        }
    }

    private void keep(Key key, Entry entry) {
        synchronized (entries) {
            entries.remove(key); // in order of age
            entries.put(key, entry);
            long now = System.nanoTime();
            Iterator<Entry> oldest = entries.values().iterator();
            while (oldest.hasNext() && (now - oldest.next().until >= 0 || entries.size() > most)) {
                oldest.remove();
            }
        }
    }

    private record Key(String database, String user) {}

    private record Entry(long until, Optional<User> answer) {}
}
