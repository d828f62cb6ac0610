package io.pgproxy.core.internal.hook;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.pgproxy.hook.Verdict;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The verdict that a session waits for: one at a time. Takes it up on the session's event loop, whatever thread it
 * comes from, exactly once.
 */
final class Deferrals {
    private final EventLoop loop;
    private final Runnable beforeWaiting;
    private @Nullable Pending<?> pending;
    private boolean over;

    /** Nanoseconds that somebody has waited for verdicts. */
    private long waited;

    /**
     * For one session.
     *
     * @param loop its event loop
     * @param beforeWaiting run when a verdict is not there yet: what was sent before should be answered meanwhile
     */
    Deferrals(EventLoop loop, Runnable beforeWaiting) {
        this.loop = loop;
        this.beforeWaiting = beforeWaiting;
    }

    /** Waits; {@code then} is not called any more once the session is over. */
    <R> void await(Verdict.Deferred<R> later, Duration usual, Consumer<Late<R>> then) {
        Pending<R> mine = new Pending<>(later.stage(), then);
        pending = mine;
        later.stage().whenComplete((verdict, failure) -> {
            Late<R> late = new Late<>(verdict, cause(failure), false, false);
            if (loop.inEventLoop() && !mine.isWaitedFor) {
                mine.settle(late); // it was there already
            } else {
                loop.execute(() -> mine.settle(late)); // on the loop, too: it may be a hook that completes it
            }
        });
        mine.isWaitedFor = true;
        if (!mine.settled) {
            Duration limit = later.timeout().isZero() ? usual : later.timeout();
            mine.deadline = loop.schedule(
                    () -> mine.settleEarly(new Late<>(null, null, true, false)), limit.toNanos(), TimeUnit.NANOSECONDS);
            beforeWaiting.run();
        }
    }

    /** The client does not want to wait: whether there was something to wait for. */
    boolean cancel() {
        Pending<?> waiting = pending;
        if (waiting == null) {
            return false;
        }
        waiting.settleEarly(new Late<>(null, null, false, true));
        return true;
    }

    /** {@return nanoseconds that verdicts have been waited for, in all} */
    long waited() {
        return waited;
    }

    boolean isWaiting() {
        return pending != null;
    }

    /** The session is over. */
    void abandon() {
        over = true;
        Pending<?> waiting = pending;
        if (waiting != null) {
            waiting.settleEarly(new Late<>(null, null, false, true));
        }
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private final class Pending<R> {
        private final CompletionStage<Verdict<R>> stage;
        private final Consumer<Late<R>> then;
        private @Nullable ScheduledFuture<?> deadline;
        private final long since = System.nanoTime();
        private boolean isWaitedFor;
        private boolean settled;

        Pending(CompletionStage<Verdict<R>> stage, Consumer<Late<R>> then) {
            this.stage = stage;
            this.then = then;
        }

        /** Not because it has completed: whoever works on it should stop. */
        @SuppressWarnings("unchecked") // holds no verdict
        void settleEarly(Late<?> late) {
            if (!settled) {
                settle((Late<R>) late);
                try {
                    stage.toCompletableFuture().cancel(true);
                } catch (UnsupportedOperationException e) {
                    return; // a stage of its own kind: it will complete for nobody
                }
            }
        }

        void settle(Late<R> late) {
            if (settled) {
                return;
            }
            settled = true;
            pending = null;
            waited += System.nanoTime() - since;
            if (deadline != null) {
                deadline.cancel(false);
            }
            if (!over) {
                then.accept(late);
            }
        }
    }
}
