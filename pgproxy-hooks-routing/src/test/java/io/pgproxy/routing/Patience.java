package io.pgproxy.routing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something that comes by itself, and fails when it does not. */
final class Patience {
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final long POLL_NANOS = 1_000_000;

    private Patience() {}

    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("in vain waited until " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
