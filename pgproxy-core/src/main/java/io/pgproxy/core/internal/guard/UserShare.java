package io.pgproxy.core.internal.guard;

import io.pgproxy.core.Limit;
import io.pgproxy.core.Limits;
import io.pgproxy.core.internal.limit.UserQuota;
import io.pgproxy.protocol.PgError;
import org.jspecify.annotations.Nullable;

/** What one session takes of its user's quota. All calls on its event loop. */
public final class UserShare {
    private final UserQuota quota;
    private boolean running;
    private boolean closed;
    private Limit over = Limit.QUERIES_PER_SECOND;

    /**
     * A share of nothing yet.
     *
     * @param quota of the session's user; released with the share
     */
    public UserShare(UserQuota quota) {
        this.quota = quota;
    }

    /**
     * An execution is about to begin.
     *
     * @param limits in force
     * @param now nanoseconds of the clock that the quota was made by
     * @return the refusal, or null
     */
    public @Nullable PgError begin(Limits limits, long now) {
        if (!limits.limitsUsers()) {
            return null;
        }
        if (!running) {
            PgError refusal = quota.enter(limits.concurrentQueries());
            if (refusal != null) {
                over = Limit.CONCURRENT_QUERIES;
                return refusal;
            }
            running = true;
        }
        PgError refusal = quota.begin(limits.queriesPerSecond(), now);
        if (refusal != null) {
            over = Limit.QUERIES_PER_SECOND;
        }
        return refusal;
    }

    /** {@return which limit the last refusal was for} */
    public Limit over() {
        return over;
    }

    /** Nothing runs in the session any more. */
    public void leave() {
        if (running) {
            running = false;
            quota.leave();
        }
    }

    /** The session is over. Idempotent. */
    public void close() {
        leave();
        if (!closed) {
            closed = true;
            quota.release();
        }
    }
}
