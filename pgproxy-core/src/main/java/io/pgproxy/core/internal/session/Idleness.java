package io.pgproxy.core.internal.session;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.pgproxy.core.Limit;
import io.pgproxy.core.Limits;
import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.limit.OverLimit;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a session whose client says nothing for too long. What comes and goes is only noted; whether that was long ago
 * is looked at now and then.
 */
final class Idleness {
    private final ServingPhase serving;
    private final Governor governor;
    private final EventLoop loop;
    private @Nullable ScheduledFuture<?> next;
    private long since;

    Idleness(ServingPhase serving, Governor governor, EventLoop loop) {
        this.serving = serving;
        this.governor = governor;
        this.loop = loop;
    }

    /** Something has come from the client, or from an upstream. */
    void interrupted() {
        if (next != null) {
            since = now();
        }
    }

    /** The limits are known, or are other ones. */
    void begin() {
        stop();
        long shortest = shortest(governor.limits());
        if (shortest != 0) {
            since = now();
            lookIn(shortest);
        }
    }

    void stop() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }

    private void look() {
        Limits limits = governor.limits();
        if (shortest(limits) == 0) {
            next = null; // lifted a moment ago: the word of it is still on its way to this session
            return;
        }
        boolean inTransaction = serving.isWithinTransaction();
        long limit = (inTransaction ? limits.idleInTransaction() : limits.clientIdle()).toNanos();
        long left = serving.isClientAwaited() && limit != 0 ? since + limit - now() : shortest(limits);
        if (left > 0) {
            lookIn(Math.min(left, shortest(limits))); // a transaction may begin meanwhile
        } else if (inTransaction) {
            governor.metrics().limited(Limit.IDLE_IN_TRANSACTION);
            serving.abort(OverLimit.idleInTransaction(limits.idleInTransaction()));
        } else {
            governor.metrics().limited(Limit.CLIENT_IDLE);
            serving.abort(OverLimit.clientIdle(limits.clientIdle()));
        }
    }

    private void lookIn(long nanos) {
        next = loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private static long shortest(Limits limits) {
        Duration outside = limits.clientIdle();
        Duration within = limits.idleInTransaction();
        if (outside.isZero() || within.isZero()) {
            return outside.plus(within).toNanos();
        }
        return Math.min(outside.toNanos(), within.toNanos());
    }

    private long now() {
        return loop.ticker().nanoTime();
    }
}
