package io.pgproxy.core.internal.limit;

import io.pgproxy.protocol.PgError;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How many queries one user runs, over all sessions. Thread-safe. */
public final class UserQuota {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final String user;

    /**
     * A bucket of tokens, told by one number: when it would be full again. Each query moves that on by what one token
     * takes to come; the bucket is empty while that is more than a second ahead.
     */
    private final AtomicLong fullAt;

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger holders = new AtomicInteger();

    UserQuota(String user, long now) {
        this.user = user;
        this.fullAt = new AtomicLong(now);
    }

    void hold() {
        holders.incrementAndGet();
    }

    /** A session that was given it is over. */
    public void release() {
        holders.decrementAndGet();
    }

    /** Whether nobody would notice if it were made anew. */
    boolean isUnused(long now) {
        return holders.get() == 0 && fullAt.get() - now < 0;
    }

    /**
     * One more query.
     *
     * @param most for a second
     * @param now nanoseconds of the server's clock
     * @return the refusal, or null
     */
    public @Nullable PgError begin(int most, long now) {
        if (most == Integer.MAX_VALUE) {
            return null;
        }
        long token = SECOND / most;
        while (true) {
            long before = fullAt.get();
            long from = before - now < 0 ? now : before;
            if (from - now > SECOND - token) {
                return OverLimit.queriesPerSecond(user, most);
            }
            if (fullAt.compareAndSet(before, from + token)) {
                return null;
            }
        }
    }

    /**
     * Something begins to run in one more session.
     *
     * @param most how many there may be
     * @return the refusal, or null; {@link #leave} is due if null
     */
    public @Nullable PgError enter(int most) {
        if (running.incrementAndGet() <= most) {
            return null;
        }
        running.decrementAndGet();
        return OverLimit.concurrentQueries(user, most);
    }

    /** Nothing runs any more in a session that entered. */
    public void leave() {
        running.decrementAndGet();
    }

    /** {@return nothing of the user} */
    @Override
    public String toString() {
        return "UserQuota[running=" + running + "]";
    }
}
