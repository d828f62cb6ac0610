package io.pgproxy.cache;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How often a table, or a whole database, may have changed, and how many changes are about to be committed: both in one
 * number, so that one look tells whether something that was made before still holds. For any thread.
 *
 * <p>From {@link #begin} to {@link #end} nobody but the server knows whether the change is there yet. So what was read
 * before does not count any more, and what is read meanwhile does not count later.
 */
final class TableVersion {
    private static final long VERSION = 1L << 20;
    private static final long UNDER_WAY = VERSION - 1;

    private final AtomicLong state = new AtomicLong();
    private volatile long endedAt = System.nanoTime() - Long.MAX_VALUE / 2;

    /** A change is sent that commits by itself, or the commit of one is. */
    void begin() {
        state.addAndGet(VERSION + 1);
    }

    /** It is over, whatever became of it. */
    void end() {
        endedAt = System.nanoTime();
        state.addAndGet(VERSION - 1);
    }

    /** Something has changed at once. */
    void changed() {
        endedAt = System.nanoTime();
        state.addAndGet(VERSION);
    }

    /** {@return the number, to be compared with a later one} */
    long now() {
        return state.get();
    }

    /** {@return when the last change ended, as {@link System#nanoTime} tells} */
    long endedAt() {
        return endedAt;
    }

    /** {@return whether no change was under way at the time of a number} */
    static boolean isQuiet(long stamp) {
        return (stamp & UNDER_WAY) == 0;
    }
}
