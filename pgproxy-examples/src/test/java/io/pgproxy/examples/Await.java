package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** Waits for what another process does. */
final class Await {
    private static final long PATIENCE = Duration.ofSeconds(30).toNanos();

    /** What is looked at again and again. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    private Await() {}

    static void until(String what, Condition condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - start).as(what).isLessThan(PATIENCE);
            Thread.sleep(10);
        }
    }
}
