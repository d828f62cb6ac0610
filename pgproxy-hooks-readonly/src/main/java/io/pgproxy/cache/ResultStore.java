package io.pgproxy.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Results by their keys, within a number and a size. For any thread.
 *
 * <p>Caffeine bounds one sum: each result weighs its bytes, and no less than the share of one of the greatest number,
 * so that both bounds hold.
 */
final class ResultStore {
    private final long leastWeight;
    private final Cache<ResultKey, CachedResult> results;
    private final LongAdder bytes = new LongAdder();

    ResultStore(long maxEntries, long maxBytes) {
        leastWeight = Math.max(1, maxBytes / maxEntries);
        results = Caffeine.newBuilder()
                .executor(Runnable::run) // its own pool costs more than the work
                .maximumWeight(Math.min(leastWeight * maxEntries, maxBytes))
                .weigher(this::weight)
                .expireAfter(Expiry.<ResultKey, CachedResult>creating(
                        (key, result) -> java.time.Duration.ofNanos(result.left(System.nanoTime()))))
                .removalListener((key, result, cause) -> bytes.add(-size(key, result)))
                .build();
    }

    private int weight(ResultKey key, CachedResult result) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(leastWeight, size(key, result)));
    }

    private static long size(@Nullable ResultKey key, @Nullable CachedResult result) {
        return key == null || result == null ? 0 : key.bytes() + result.bytes();
    }

    @Nullable
    CachedResult find(ResultKey key) {
        return results.getIfPresent(key);
    }

    void keep(ResultKey key, CachedResult result) {
        bytes.add(size(key, result));
        results.put(key, result);
    }

    void remove(ResultKey key, CachedResult result) {
        results.asMap().remove(key, result);
    }

    /** Drops what has been overtaken by writes. */
    void sweep() {
        results.asMap().values().removeIf(result -> !result.isCurrent());
    }

    /** {@return how many were dropped} */
    long clear() {
        long dropped = results.asMap().size();
        results.invalidateAll();
        return dropped;
    }

    long entries() {
        results.cleanUp();
        return results.asMap().size();
    }

    long bytes() {
        return Math.max(0, bytes.sum());
    }
}
