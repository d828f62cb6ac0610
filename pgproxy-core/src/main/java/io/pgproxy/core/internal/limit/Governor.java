package io.pgproxy.core.internal.limit;

import io.pgproxy.core.Limits;
import io.pgproxy.metrics.ProxyMetrics;

/**
 * What holds for all sessions of a server: its limits, what its users have used of them, and who measures. Thread-safe.
 */
public final class Governor implements AutoCloseable {
    private final ProxyMetrics metrics;
    private final boolean watchesAll;
    private final UserQuotas quotas = new UserQuotas();
    private final SqlReader reader = new SqlReader();
    private volatile Limits limits;

    /**
     * A governor.
     *
     * @param limits to begin with
     * @param metrics who measures
     * @param watchesAll whether sessions are watched although no limit wants it yet: it may come while they live
     */
    public Governor(Limits limits, ProxyMetrics metrics, boolean watchesAll) {
        this.limits = limits;
        this.metrics = metrics;
        this.watchesAll = watchesAll;
    }

    /** {@return a governor that limits logins alone} */
    public static Governor lenient() {
        return new Governor(Limits.DEFAULT, ProxyMetrics.NONE, false);
    }

    /** {@return the limits in force} */
    public Limits limits() {
        return limits;
    }

    /**
     * Exchanges the limits.
     *
     * @param next in force from now on
     */
    public void limits(Limits next) {
        limits = next;
    }

    /** {@return who measures} */
    public ProxyMetrics metrics() {
        return metrics;
    }

    /** {@return whether the exchanges of a session that begins now are watched, although no hook wants it} */
    public boolean watches() {
        return watchesAll || metrics.isTaken();
    }

    /** {@return what reads SQL} */
    public SqlReader reader() {
        return reader;
    }

    /**
     * What a user has used.
     *
     * @param user who
     * @param now nanoseconds of the server's clock
     * @return the same for all sessions of the user; to be released by each
     */
    public UserQuota quota(String user, long now) {
        return quotas.of(user, now);
    }

    @Override
    public void close() {
        reader.close();
    }
}
