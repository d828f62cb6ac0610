package io.pgproxy.cache;

import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends cancels while something else is waited for. For any thread. */
final class Cancels implements AutoCloseable {
    /** Runs long enough to be hit by a cancel that comes late, so that nothing behind it is. */
    static final String LAST = "SELECT count(*) FROM generate_series(1, 50000)";

    private static final int LATEST_MICROS = 8_000;

    private final AtomicInteger underWay = new AtomicInteger();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);

    /** Has a cancel sent in a moment. */
    Future<?> soon(Random random, Callable<?> cancel) {
        underWay.incrementAndGet();
        Callable<?> counted = () -> {
            try {
                return cancel.call();
            } finally {
                underWay.decrementAndGet();
            }
        };
        return timer.schedule(counted, random.nextInt(LATEST_MICROS), TimeUnit.MICROSECONDS);
    }

    /** {@return whether somebody has asked for a cancel that was not sent yet} */
    boolean areUnderWay() {
        return underWay.get() > 0;
    }

    /** Waits until a cancel was sent: what comes later may still be hit, so {@link #LAST} is to be run next. */
    static void await(Future<?> sent) {
        try {
            sent.get();
        } catch (ExecutionException e) {
            // Its session is gone, or was refused another connection: then nothing is cancelled.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
