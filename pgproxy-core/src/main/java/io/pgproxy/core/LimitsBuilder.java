package io.pgproxy.core;

import java.time.Duration;

/** Sets {@link Limits} one by one. Values are checked when they are built. Not thread-safe. */
public final class LimitsBuilder {
    private long maxRows = Long.MAX_VALUE;
    private long maxBytes = Long.MAX_VALUE;
    private Duration maxTime = Duration.ZERO;
    private long statementLength = Long.MAX_VALUE;
    private Duration clientIdle = Duration.ZERO;
    private Duration idleInTransaction = Duration.ZERO;
    private int connections = Integer.MAX_VALUE;
    private int connectionsPerUser = Integer.MAX_VALUE;
    private int connectionsPerDatabase = Integer.MAX_VALUE;
    private int connectionsPerAddress = Integer.MAX_VALUE;
    private int queriesPerSecond = Integer.MAX_VALUE;
    private int concurrentQueries = Integer.MAX_VALUE;
    private Duration loginDeadline = Duration.ofSeconds(10);
    private int logins = 1_000;
    private int loginsPerAddress = 500;

    LimitsBuilder() {}

    LimitsBuilder(Limits limits) {
        maxRows = limits.maxRows();
        maxBytes = limits.maxBytes();
        maxTime = limits.maxTime();
        statementLength = limits.statementLength();
        clientIdle = limits.clientIdle();
        idleInTransaction = limits.idleInTransaction();
        connections = limits.connections();
        connectionsPerUser = limits.connectionsPerUser();
        connectionsPerDatabase = limits.connectionsPerDatabase();
        connectionsPerAddress = limits.connectionsPerAddress();
        queriesPerSecond = limits.queriesPerSecond();
        concurrentQueries = limits.concurrentQueries();
        loginDeadline = limits.loginDeadline();
        logins = limits.logins();
        loginsPerAddress = limits.loginsPerAddress();
    }

    /**
     * How many rows a result may have.
     *
     * @param most positive
     * @return this builder
     */
    public LimitsBuilder maxRows(long most) {
        maxRows = most;
        return this;
    }

    /**
     * How many bytes of rows a result may have.
     *
     * @param most positive
     * @return this builder
     */
    public LimitsBuilder maxBytes(long most) {
        maxBytes = most;
        return this;
    }

    /**
     * How long an execution may run.
     *
     * @param most zero: as long as it likes
     * @return this builder
     */
    public LimitsBuilder maxTime(Duration most) {
        maxTime = most;
        return this;
    }

    /**
     * How many bytes the text of a Query or Parse may have.
     *
     * @param most positive
     * @return this builder
     */
    public LimitsBuilder statementLength(long most) {
        statementLength = most;
        return this;
    }

    /**
     * How long a client outside a transaction may say nothing.
     *
     * @param most zero: as long as it likes
     * @return this builder
     */
    public LimitsBuilder clientIdle(Duration most) {
        clientIdle = most;
        return this;
    }

    /**
     * How long a client in a transaction may say nothing.
     *
     * @param most zero: as long as it likes
     * @return this builder
     */
    public LimitsBuilder idleInTransaction(Duration most) {
        idleInTransaction = most;
        return this;
    }

    /**
     * How many clients there may be.
     *
     * @param most positive
     * @return this builder
     */
    public LimitsBuilder connections(int most) {
        connections = most;
        return this;
    }

    /**
     * How many there may be of one user.
     *
     * @param most positive
     * @return this builder
     */
    public LimitsBuilder connectionsPerUser(int most) {
        connectionsPerUser = most;
        return this;
    }

    /**
     * How many there may be on one database.
     *
     * @param most positive
     * @return this builder
     */
    public LimitsBuilder connectionsPerDatabase(int most) {
        connectionsPerDatabase = most;
        return this;
    }

    /**
     * How many there may be from one address.
     *
     * @param most positive
     * @return this builder
     */
    public LimitsBuilder connectionsPerAddress(int most) {
        connectionsPerAddress = most;
        return this;
    }

    /**
     * How many executions one user may begin in a second.
     *
     * @param most positive
     * @return this builder
     */
    public LimitsBuilder queriesPerSecond(int most) {
        queriesPerSecond = most;
        return this;
    }

    /**
     * In how many sessions of one user something may run at once.
     *
     * @param most positive
     * @return this builder
     */
    public LimitsBuilder concurrentQueries(int most) {
        concurrentQueries = most;
        return this;
    }

    /**
     * How long a login may take.
     *
     * @param most positive
     * @return this builder
     */
    public LimitsBuilder loginDeadline(Duration most) {
        loginDeadline = most;
        return this;
    }

    /**
     * How many connections may be in login at once.
     *
     * @param most positive
     * @return this builder
     */
    public LimitsBuilder logins(int most) {
        logins = most;
        return this;
    }

    /**
     * How many connections of one address may be in login at once.
     *
     * @param most positive
     * @return this builder
     */
    public LimitsBuilder loginsPerAddress(int most) {
        loginsPerAddress = most;
        return this;
    }

    /**
     * The limits.
     *
     * @return what was set, {@link Limits#DEFAULT} in all else
     * @throws IllegalArgumentException if a number is not positive, or a time negative
     */
    public Limits build() {
        return new Limits(
                maxRows,
                maxBytes,
                maxTime,
                statementLength,
                clientIdle,
                idleInTransaction,
                connections,
                connectionsPerUser,
                connectionsPerDatabase,
                connectionsPerAddress,
                queriesPerSecond,
                concurrentQueries,
                loginDeadline,
                logins,
                loginsPerAddress);
    }
}
