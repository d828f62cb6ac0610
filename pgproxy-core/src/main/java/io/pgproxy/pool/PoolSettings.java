package io.pgproxy.pool;

import java.time.Duration;

/**
 * How the clients of an upstream share its connections. Immutable. Numbers hold for one upstream of one server,
 * whatever the number of its event loops.
 *
 * <p>Connections are alike, and shared, if user, database and start-up parameters are the same,
 * {@code application_name} apart: to clients the start-up parameters are what RESET goes back to.
 */
public final class PoolSettings {
    /** Transaction mode with every default. */
    public static final PoolSettings DEFAULT = builder().build();

    private final PoolSettingsBuilder values;

    PoolSettings(PoolSettingsBuilder values) {
        this.values = values;
    }

    /**
     * Begins with the defaults.
     *
     * @return a builder
     */
    public static PoolSettingsBuilder builder() {
        return new PoolSettingsBuilder();
    }

    /**
     * Transaction mode.
     *
     * @param maximum how many connections there may be
     * @return settings with that, and defaults
     * @throws IllegalArgumentException if it is not positive
     */
    public static PoolSettings transaction(int maximum) {
        return builder().mode(PoolMode.TRANSACTION).maximum(maximum).build();
    }

    /**
     * Session mode.
     *
     * @param maximum how many connections there may be
     * @return settings with that, and defaults
     * @throws IllegalArgumentException if it is not positive
     */
    public static PoolSettings session(int maximum) {
        return builder().mode(PoolMode.SESSION).maximum(maximum).build();
    }

    /**
     * Others like these.
     *
     * @return a builder that has all of them
     */
    public PoolSettingsBuilder toBuilder() {
        return values.copy();
    }

    /**
     * For how long a client has a connection; {@link PoolMode#TRANSACTION} unless set (pgbouncer: session).
     *
     * @return the mode
     */
    public PoolMode mode() {
        return values.mode;
    }

    /**
     * How many connections there may be; 20 unless set (pgbouncer's {@code default_pool_size}).
     *
     * @return positive
     */
    public int maximum() {
        return values.maximum;
    }

    /**
     * How many alike are kept open even if nobody needs them, from the first client on that would need one; 0 unless
     * set (pgbouncer's {@code min_pool_size}).
     *
     * @return 0 to {@link #maximum}
     */
    public int minimum() {
        return values.minimum;
    }

    /**
     * How many there may be of one user of the upstream; as many as there may be unless set (pgbouncer's
     * {@code max_user_connections}).
     *
     * @return positive
     */
    public int maximumPerUser() {
        return values.maximumPerUser;
    }

    /**
     * How many there may be to one database; as many as there may be unless set (pgbouncer's
     * {@code max_db_connections}).
     *
     * @return positive
     */
    public int maximumPerDatabase() {
        return values.maximumPerDatabase;
    }

    /**
     * How long one beyond the {@link #minimum} stays open that nobody needs; 10 min unless set (pgbouncer's
     * {@code server_idle_timeout}).
     *
     * @return zero: for ever
     */
    public Duration idleTimeout() {
        return values.idleTimeout;
    }

    /**
     * How long one is used; an hour unless set (pgbouncer's {@code server_lifetime}). Each takes up to a tenth less, by
     * chance, so that those that were opened together are not closed together. It ends when nobody has it.
     *
     * @return zero: for ever
     */
    public Duration lifetime() {
        return values.lifetime;
    }

    /**
     * How many clients may wait for a connection; any number unless set. One more is refused its statement (53300).
     *
     * @return 0 or more
     */
    public int queueLimit() {
        return values.queueLimit;
    }

    /**
     * How long a client waits for a connection before its statement is refused (53300); 2 min unless set (pgbouncer's
     * {@code query_wait_timeout}, which disconnects the client).
     *
     * @return zero: for ever
     */
    public Duration queueTimeout() {
        return values.queueTimeout;
    }

    /**
     * How long a client waits before it is told so by a NOTICE, once for each wait; 5 s unless set (pgbouncer's
     * {@code query_wait_notify}).
     *
     * @return zero: it is not told
     */
    public Duration queueNotice() {
        return values.queueNotice;
    }

    /**
     * How long a connection may take until it is logged in; 15 s unless set (pgbouncer's
     * {@code server_connect_timeout}). For so long clients wait for an upstream that cannot be reached, too (08001).
     *
     * @return positive
     */
    public Duration connectTimeout() {
        return values.connectTimeout;
    }

    /**
     * How long nobody tries again after a login has failed, at most: it begins with a hundredth of that, doubles with
     * each failure, and is less by up to a half by chance; 15 s unless set (pgbouncer's {@code server_login_retry}).
     *
     * @return zero: it is tried again at once
     */
    public Duration loginRetry() {
        return values.loginRetry;
    }

    /**
     * How many prepared statements a connection holds; what was not used for longest makes room. 200 unless set
     * (pgbouncer's {@code max_prepared_statements}). Clients may have any number.
     *
     * @return positive
     */
    public int preparedStatements() {
        return values.preparedStatements;
    }

    /**
     * What becomes of connections whose session may have been changed unseen; {@link UntrackedState#RESET} unless set.
     *
     * @return the policy
     */
    public UntrackedState untrackedState() {
        return values.untrackedState;
    }

    /** {@return the mode and the maximum} */
    @Override
    public String toString() {
        return "PoolSettings[" + values.mode + ", maximum=" + values.maximum + "]";
    }
}
