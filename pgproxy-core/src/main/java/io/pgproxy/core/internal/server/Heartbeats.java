package io.pgproxy.core.internal.server;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** Whether event loops still do what they are asked for. Looked at only when somebody wants to know. Thread-safe. */
final class Heartbeats {
    private static final long NONE = Long.MIN_VALUE;

    private final List<Beat> beats = new ArrayList<>();
    private final long longest;

    Heartbeats(EventExecutorGroup loops, Duration longest) {
        loops.forEach(loop -> beats.add(new Beat(loop)));
        this.longest = longest.toNanos();
    }

    /** False if a loop has not answered for too long since it was asked first. */
    boolean areRegular() {
        boolean regular = true;
        for (Beat beat : beats) {
            regular &= beat.isRegular();
        }
        return regular;
    }

    private final class Beat {
        private final EventExecutor loop;
        private final AtomicLong askedAt = new AtomicLong(NONE);

        Beat(EventExecutor loop) {
            this.loop = loop;
        }

        boolean isRegular() {
            long now = System.nanoTime();
            long asked = askedAt.get();
            if (asked != NONE) {
                return now - asked < longest;
            }
            if (askedAt.compareAndSet(NONE, now)) {
                try {
                    loop.execute(() -> askedAt.set(NONE));
                } catch (RejectedExecutionException e) {
                    return false; // it is over
                }
            }
            return true;
        }
    }
}
