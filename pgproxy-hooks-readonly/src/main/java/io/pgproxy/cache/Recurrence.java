package io.pgproxy.cache;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether it is worth keeping what has come for the first time. As long as some of what is kept is asked for again,
 * everything is; where hardly anything is, as with constants in texts, only what comes a second time. For any thread;
 * threads may overwrite each other's marks, which costs a result that is kept once later or sooner.
 */
final class Recurrence {
    private static final int MARKS = 1 << 14;
    private static final int WINDOW = 1024;
    private static final int WORTH = 16;

    private final int[] marks = new int[MARKS];
    private final AtomicInteger misses = new AtomicInteger();
    private final AtomicInteger hits = new AtomicInteger();
    private volatile boolean picky;

    /** Something that is kept was asked for. */
    void hit() {
        if (hits.get() < WINDOW) { // else it is known that much is asked for again
            hits.incrementAndGet();
        }
    }

    /** {@return whether to keep what was not there} */
    boolean isWorthKeeping(int hash) {
        if (misses.incrementAndGet() >= WINDOW) {
            misses.set(0);
            picky = hits.getAndSet(0) < WINDOW / WORTH;
        }
        int place = (hash ^ (hash >>> 15)) & (MARKS - 1);
        if (marks[place] == hash) {
            return true;
        }
        marks[place] = hash;
        return !picky;
    }
}
