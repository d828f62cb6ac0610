package io.pgproxy.cache;

import java.util.concurrent.atomic.LongAdder;

/** What a cache has done. For any thread. */
final class CacheCounts {
    final LongAdder hits = new LongAdder();
    final LongAdder stale = new LongAdder();
    final LongAdder shared = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder uncacheable = new LongAdder();
    final LongAdder stored = new LongAdder();
    final LongAdder abandoned = new LongAdder();
    final LongAdder overtaken = new LongAdder();
    final LongAdder resets = new LongAdder();

    CacheStatistics now(long entries, long bytes) {
        return new CacheStatistics(
                hits.sum(),
                stale.sum(),
                shared.sum(),
                misses.sum(),
                uncacheable.sum(),
                stored.sum(),
                abandoned.sum(),
                overtaken.sum(),
                resets.sum(),
                entries,
                bytes);
    }
}
