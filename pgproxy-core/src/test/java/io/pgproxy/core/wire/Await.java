package io.pgproxy.core.wire;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what is bound to happen, and fails when it has not within a deadline. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration BETWEEN = Duration.ofMillis(5);

    private Await() {}

    public static void until(String what, Callable<Boolean> condition) throws Exception {
        within(LIMIT, what, condition);
    }

    public static void within(Duration limit, String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + limit.toMillis() + " ms: " + what);
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }
}
