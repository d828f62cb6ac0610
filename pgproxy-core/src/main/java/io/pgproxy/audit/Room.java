package io.pgproxy.audit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much waits to be written, and how much is promised to executions that have been admitted. Any thread; no call
 * waits for another.
 *
 * <p>Promises count as long as something waits. Without that, open portals and the statements of one long Query could
 * take all room and wait for each other, while the sink has nothing to do.
 */
final class Room {
    private static final int WAITING = 32;
    private static final long CLOSED = Long.MIN_VALUE;

    /** One bit whether it is closed, 31 bits of what waits, 32 bits of promises: they change together. */
    private final AtomicLong state = new AtomicLong();

    private final int capacity;

    Room(int capacity) {
        this.capacity = capacity;
    }

    private static long waiting(long state) {
        return (state & ~CLOSED) >>> WAITING;
    }

    private boolean isFull(long now) {
        long waiting = waiting(now);
        return waiting > 0 && waiting + (int) now >= capacity;
    }

    boolean isFull() {
        return isFull(state.get());
    }

    boolean isClosed() {
        return state.get() < 0;
    }

    long waiting() {
        return waiting(state.get());
    }

    /** Whether so much waits that the writer should not take a nap. */
    boolean isHalfFull() {
        return waiting() * 2 >= capacity;
    }

    /** Promises a place, if there is one. */
    boolean promise() {
        while (true) {
            long now = state.get();
            if (now < 0 || isFull(now)) {
                return false;
            }
            if (state.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    /** Promises that are not needed any more. */
    void giveBack(int promises) {
        state.addAndGet(-promises);
    }

    /**
     * Takes places.
     *
     * @param weight how many
     * @param promised whether one was promised
     * @param always whether full or not
     * @return false if there are none, or all is over; a promise is kept or given back in any case
     */
    boolean take(int weight, boolean promised, boolean always) {
        int promises = promised ? 1 : 0;
        while (true) {
            long now = state.get();
            boolean taken = now >= 0 && (always || promised || waiting(now) < capacity);
            long next = now - promises + (taken ? (long) weight << WAITING : 0);
            if (state.compareAndSet(now, next)) {
                return taken;
            }
        }
    }

    /** Something was written, or is lost. */
    void free(int weight) {
        state.addAndGet(-((long) weight << WAITING));
    }

    /** Ends it if nothing waits: from then on nothing is taken. */
    boolean closeIfEmpty() {
        long now = state.get();
        return waiting(now) == 0 && state.compareAndSet(now, now | CLOSED);
    }

    /** Ends it, whatever waits. */
    void close() {
        state.getAndUpdate(now -> now | CLOSED);
    }
}
