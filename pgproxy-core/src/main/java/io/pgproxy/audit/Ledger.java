package io.pgproxy.audit;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What waits to be written, between event loops and the audit's thread. Nobody waits here but that thread. */
final class Ledger {
    /** How the audit's thread can be waked. */
    private enum Rest {
        /** It works, and looks by itself. */
        NONE,
        /** It looks again in a moment: to wake it costs an event loop more than what it does otherwise. */
        NAP,
        /** It has to be waked. */
        SLEEP
    }

    private final Queue<Entry> queue = new ConcurrentLinkedQueue<>();
    private final Room room;
    private final boolean keepsAll;
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong untold = new AtomicLong();
    private volatile Rest rest = Rest.NONE;
    private volatile @Nullable Thread writer;

    Ledger(Room room, boolean keepsAll) {
        this.room = room;
        this.keepsAll = keepsAll;
    }

    /** Who writes; before it does. */
    void writtenBy(Thread thread) {
        writer = thread;
    }

    /** Adds one, or counts it as lost. Any thread. */
    void add(Entry entry, boolean promised) {
        if (!room.take(entry.weight(), promised, keepsAll)) {
            lose(1);
            return;
        }
        queue.add(entry);
        Rest now = rest;
        if (now == Rest.SLEEP || (now == Rest.NAP && room.isHalfFull())) {
            rest = Rest.NONE; // one is enough to wake it
            wake();
        }
    }

    /** There is something to be done at once; if it works, it takes no rest after it. Any thread. */
    void wake() {
        LockSupport.unpark(writer);
    }

    void lose(long records) {
        dropped.addAndGet(records);
        untold.addAndGet(records);
    }

    long dropped() {
        return dropped.get();
    }

    boolean hasUntold() {
        return untold.get() > 0;
    }

    /** How many losses the audit has not told of; from now on it has. */
    long takeUntold() {
        return untold.getAndSet(0);
    }

    void giveBackUntold(long records) {
        untold.addAndGet(records);
    }

    /** The next one, on the audit's thread. */
    @Nullable
    Entry poll() {
        return queue.poll();
    }

    /** Rests until something comes, at most so long; zero for ever. On the audit's thread. */
    void sleep(long nanos) {
        rest(Rest.SLEEP, nanos);
    }

    /** Rests for a moment, in which most of what comes does not wake it. On the audit's thread. */
    void nap(long nanos) {
        rest(Rest.NAP, nanos);
    }

    private void rest(Rest how, long nanos) {
        rest = how;
        if (queue.isEmpty()) {
            if (nanos == 0) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
        rest = Rest.NONE;
    }
}
