package io.pgproxy.audit;

import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Verdicts that wait for room, in their order. Any thread. */
final class Waiters implements AutoCloseable {
    private static final PgError TOO_LONG = PgError.of(
                    SqlState.CONFIGURATION_LIMIT_EXCEEDED, "the audit has no room for what this would do")
            .withHint("Records of what was done before could not be written yet. Try again later.");

    private static final PgError OVER =
            PgError.of(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "the audit of this proxy has ended");

    private final Queue<Waiter<?>> queue = new ConcurrentLinkedQueue<>();
    private final Room room;
    private final Duration patience;
    private final ScheduledThreadPoolExecutor clock;

    Waiters(Room room, Duration patience) {
        this.room = room;
        this.patience = patience;
        clock = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "pgproxy-audit-clock");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
    }

    static <T> Verdict<T> over() {
        return Verdict.reject(OVER);
    }

    /** A new one, which may be done already. */
    <T> Waiter<T> add(boolean wantsPlace) {
        dropThoseWhoGaveUp();
        Waiter<T> waiter = new Waiter<>(wantsPlace);
        queue.add(waiter);
        grant(); // what made room a moment ago has not seen it
        if (!waiter.isDone()) {
            refuseInTime(waiter);
        }
        return waiter;
    }

    private <T> void refuseInTime(Waiter<T> waiter) {
        try {
            ScheduledFuture<?> alarm = clock.schedule(
                    () -> waiter.complete(Verdict.reject(TOO_LONG)), patience.toNanos(), TimeUnit.NANOSECONDS);
            waiter.whenComplete((verdict, failure) -> alarm.cancel(false));
        } catch (RejectedExecutionException e) {
            waiter.complete(over());
        }
    }

    /** All have the same patience, so those who gave up stand in front. */
    private void dropThoseWhoGaveUp() {
        Waiter<?> first = queue.peek();
        while (first != null && first.isDone()) {
            queue.remove(first);
            first = queue.peek();
        }
    }

    /** There may be room: lets in who waits. */
    void grant() {
        while (!queue.isEmpty() && room.promise()) {
            Waiter<?> next = queue.poll();
            boolean needed = next != null && next.grant() && next.wantsPlace();
            if (!needed) {
                room.giveBack(1); // and looks again: somebody may have come while it was taken
            }
        }
    }

    /** Nobody waits any more, nor will. */
    @Override
    public void close() {
        clock.shutdownNow();
        for (Waiter<?> waiter = queue.poll(); waiter != null; waiter = queue.poll()) {
            refuse(waiter);
        }
    }

    void awaitEnd(long time, TimeUnit unit) throws InterruptedException {
        clock.awaitTermination(time, unit);
    }

    private static <T> void refuse(Waiter<T> waiter) {
        waiter.complete(over());
    }
}
