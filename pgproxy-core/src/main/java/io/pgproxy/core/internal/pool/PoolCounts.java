package io.pgproxy.core.internal.pool;

import io.pgproxy.pool.PoolView;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What has happened in a pool, and what there is. Thread-safe. */
final class PoolCounts {
    final LongAdder opened = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder closed = new LongAdder();
    final LongAdder destroyed = new LongAdder();
    final LongAdder taken = new LongAdder();
    final LongAdder waits = new LongAdder();
    final LongAdder timedOut = new LongAdder();
    final LongAdder prepared = new LongAdder();
    final LongAdder settled = new LongAdder();
    final LongAdder resets = new LongAdder();
    final LongAdder healed = new LongAdder();

    final AtomicInteger idle = new AtomicInteger();
    final AtomicInteger pinned = new AtomicInteger();
    final AtomicInteger clients = new AtomicInteger();
    final AtomicInteger waiting = new AtomicInteger();

    PoolView.Counts view() {
        return new PoolView.Counts(
                opened.sum(),
                failed.sum(),
                closed.sum(),
                destroyed.sum(),
                taken.sum(),
                waits.sum(),
                timedOut.sum(),
                prepared.sum(),
                settled.sum(),
                resets.sum(),
                healed.sum());
    }
}
