package io.pgproxy.testkit.leak;

import java.time.Duration;

/** A point in time that all probes of a check share. */
record Deadline(long nanoTime) {

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** At least one, as a wait of none would be without limit. */
    long millisLeft() {
        return Math.max(1, (nanoTime - System.nanoTime()) / 1_000_000);
    }

    boolean isOver() {
        return nanoTime - System.nanoTime() <= 0;
    }
}
