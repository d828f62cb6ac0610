package io.pgproxy.pool;

import java.time.Duration;
import java.util.Objects;

/** Sets {@link PoolSettings} one by one. Values are checked when they are built. Not thread-safe. */
public final class PoolSettingsBuilder {
    PoolMode mode = PoolMode.TRANSACTION;
    int maximum = 20;
    int minimum;
    int maximumPerUser = Integer.MAX_VALUE;
    int maximumPerDatabase = Integer.MAX_VALUE;
    Duration idleTimeout = Duration.ofMinutes(10);
    Duration lifetime = Duration.ofHours(1);
    int queueLimit = Integer.MAX_VALUE;
    Duration queueTimeout = Duration.ofMinutes(2);
    Duration queueNotice = Duration.ofSeconds(5);
    Duration connectTimeout = Duration.ofSeconds(15);
    Duration loginRetry = Duration.ofSeconds(15);
    int preparedStatements = 200;
    UntrackedState untrackedState = UntrackedState.RESET;

    PoolSettingsBuilder() {}

    PoolSettingsBuilder copy() {
        PoolSettingsBuilder copy = new PoolSettingsBuilder();
        copy.mode = mode;
        copy.maximum = maximum;
        copy.minimum = minimum;
        copy.maximumPerUser = maximumPerUser;
        copy.maximumPerDatabase = maximumPerDatabase;
        copy.idleTimeout = idleTimeout;
        copy.lifetime = lifetime;
        copy.queueLimit = queueLimit;
        copy.queueTimeout = queueTimeout;
        copy.queueNotice = queueNotice;
        copy.connectTimeout = connectTimeout;
        copy.loginRetry = loginRetry;
        copy.preparedStatements = preparedStatements;
        copy.untrackedState = untrackedState;
        return copy;
    }

    /**
     * For how long a client has a connection.
     *
     * @param value the mode
     * @return this builder
     */
    public PoolSettingsBuilder mode(PoolMode value) {
        mode = Objects.requireNonNull(value, "mode");
        return this;
    }

    /**
     * How many connections there may be.
     *
     * @param most positive
     * @return this builder
     */
    public PoolSettingsBuilder maximum(int most) {
        maximum = most;
        return this;
    }

    /**
     * How many alike are kept open.
     *
     * @param least not more than the maximum
     * @return this builder
     */
    public PoolSettingsBuilder minimum(int least) {
        minimum = least;
        return this;
    }

    /**
     * How many there may be of one user of the upstream.
     *
     * @param most positive
     * @return this builder
     */
    public PoolSettingsBuilder maximumPerUser(int most) {
        maximumPerUser = most;
        return this;
    }

    /**
     * How many there may be to one database.
     *
     * @param most positive
     * @return this builder
     */
    public PoolSettingsBuilder maximumPerDatabase(int most) {
        maximumPerDatabase = most;
        return this;
    }

    /**
     * How long one stays open that nobody needs.
     *
     * @param most zero: for ever
     * @return this builder
     */
    public PoolSettingsBuilder idleTimeout(Duration most) {
        idleTimeout = most;
        return this;
    }

    /**
     * How long one is used.
     *
     * @param most zero: for ever
     * @return this builder
     */
    public PoolSettingsBuilder lifetime(Duration most) {
        lifetime = most;
        return this;
    }

    /**
     * How many clients may wait for a connection.
     *
     * @param most 0 or more
     * @return this builder
     */
    public PoolSettingsBuilder queueLimit(int most) {
        queueLimit = most;
        return this;
    }

    /**
     * How long a client waits for a connection.
     *
     * @param most zero: for ever
     * @return this builder
     */
    public PoolSettingsBuilder queueTimeout(Duration most) {
        queueTimeout = most;
        return this;
    }

    /**
     * How long a client waits before it is told so.
     *
     * @param after zero: it is not told
     * @return this builder
     */
    public PoolSettingsBuilder queueNotice(Duration after) {
        queueNotice = after;
        return this;
    }

    /**
     * How long a connection may take until it is logged in.
     *
     * @param most positive
     * @return this builder
     */
    public PoolSettingsBuilder connectTimeout(Duration most) {
        connectTimeout = most;
        return this;
    }

    /**
     * How long nobody tries again after a login has failed, at most.
     *
     * @param most zero: it is tried again at once
     * @return this builder
     */
    public PoolSettingsBuilder loginRetry(Duration most) {
        loginRetry = most;
        return this;
    }

    /**
     * How many prepared statements a connection holds.
     *
     * @param most positive
     * @return this builder
     */
    public PoolSettingsBuilder preparedStatements(int most) {
        preparedStatements = most;
        return this;
    }

    /**
     * What becomes of connections whose session may have been changed unseen.
     *
     * @param policy the policy
     * @return this builder
     */
    public PoolSettingsBuilder untrackedState(UntrackedState policy) {
        untrackedState = Objects.requireNonNull(policy, "untrackedState");
        return this;
    }

    /**
     * Checks them.
     *
     * @return the settings
     * @throws IllegalArgumentException in one line which is wrong
     */
    public PoolSettings build() {
        positive("maximum", maximum);
        positive("maximumPerUser", maximumPerUser);
        positive("maximumPerDatabase", maximumPerDatabase);
        positive("preparedStatements", preparedStatements);
        if (minimum < 0 || minimum > maximum) {
            throw new IllegalArgumentException("minimum is " + minimum + ", and has to be 0 to " + maximum);
        }
        if (queueLimit < 0) {
            throw new IllegalArgumentException("queueLimit is negative: " + queueLimit);
        }
        notNegative("idleTimeout", idleTimeout);
        notNegative("lifetime", lifetime);
        notNegative("queueTimeout", queueTimeout);
        notNegative("queueNotice", queueNotice);
        notNegative("loginRetry", loginRetry);
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout is not positive: " + connectTimeout);
        }
        return new PoolSettings(copy());
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is not positive: " + value);
        }
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " is negative: " + value);
        }
    }
}
