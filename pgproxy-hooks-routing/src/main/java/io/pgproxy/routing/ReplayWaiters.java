package io.pgproxy.routing;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** All that wait for replay, each for its own time. Thread-safe. */
final class ReplayWaiters {
    private static final int IDLE_SECONDS = 10;

    private final Set<ReplayWaiter> waiters = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer;

    ReplayWaiters() {
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "pgproxy-topology-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    boolean isEmpty() {
        return waiters.isEmpty();
    }

    /** Waits; empty behind the limit, or when nobody can wait any more. */
    CompletableFuture<Optional<String>> add(ReplayWaiter waiter, Duration limit) {
        CompletableFuture<Optional<String>> done = waiter.done();
        waiters.add(waiter);
        ScheduledFuture<?> end;
        try {
            end = timer.schedule(() -> done.complete(Optional.empty()), limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            waiters.remove(waiter);
            return CompletableFuture.completedFuture(Optional.empty());
        }
        done.whenComplete((result, failure) -> {
            waiters.remove(waiter);
            end.cancel(false);
        });
        return done;
    }

    /** Lets those go who have what they wait for. */
    void release(View view) {
        for (ReplayWaiter waiter : waiters) {
            String there = waiter.find(view);
            if (there != null) {
                waiter.done().complete(Optional.of(there));
            }
        }
    }

    /** Nobody waits any more. */
    void close(Duration patience) throws InterruptedException {
        timer.shutdownNow();
        waiters.forEach(waiter -> waiter.done().complete(Optional.empty()));
        timer.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
