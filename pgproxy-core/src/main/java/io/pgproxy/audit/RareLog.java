package io.pgproxy.audit;

import java.util.concurrent.TimeUnit;

/** Says when something may be logged again that may happen all the time. For one thread. */
final class RareLog {
    private static final long BETWEEN = TimeUnit.MINUTES.toNanos(1);

    private long last = System.nanoTime() - BETWEEN;

    boolean isDue() {
        long now = System.nanoTime();
        if (now - last < BETWEEN) {
            return false;
        }
        last = now;
        return true;
    }
}
