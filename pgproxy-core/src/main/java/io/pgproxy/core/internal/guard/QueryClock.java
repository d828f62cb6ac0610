package io.pgproxy.core.internal.guard;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells the execution that runs when its time is over. An execution that ends in time costs nothing: the clock looks
 * again when that is due at the earliest.
 */
public final class QueryClock {
    /** How long a cancel is given. */
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop loop;
    private @Nullable Timed running;
    private @Nullable ScheduledFuture<?> next;
    private long dueAt;

    /** A clock for one session. */
    public QueryClock(EventLoop loop) {
        this.loop = loop;
    }

    /** It runs from now on, and nothing else does. */
    public void runs(Timed answer) {
        running = answer;
        long limit = answer.longest();
        if (limit != 0 && (next == null || dueAt - answer.began() - limit > 0)) {
            cancel();
            lookIn(limit);
        }
    }

    /** It does not run any more. */
    public void over(Timed answer) {
        if (running == answer) {
            running = null;
        }
    }

    private void look() {
        next = null;
        Timed answer = running;
        if (answer == null || answer.longest() == 0) {
            return;
        }
        long left = answer.began() + answer.longest() - loop.ticker().nanoTime();
        if (left > 0) {
            lookIn(left);
        } else {
            answer.timeIsOver();
            if (running == answer) {
                lookIn(AGAIN); // a cancel may be lost, or survived
            }
        }
    }

    private void lookIn(long nanos) {
        dueAt = loop.ticker().nanoTime() + nanos;
        next = loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    /** The session is over. */
    public void stop() {
        cancel();
        running = null;
    }

    private void cancel() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }
}
