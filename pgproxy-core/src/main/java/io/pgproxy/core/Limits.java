package io.pgproxy.core;

import io.pgproxy.hook.Terms;
import java.time.Duration;
import java.util.Map;

/**
 * What one server lets its clients do. Immutable; {@link ProxyServer#limits(Limits)} exchanges them while it runs.
 *
 * <p>A number that is {@code Long.MAX_VALUE} or {@code Integer.MAX_VALUE} is no limit, and so is a time of zero. Hooks
 * can lower rows, bytes and time for one execution, see {@link Terms}. Whoever is over a limit is told so with the
 * limit in the message, and nobody else notices.
 *
 * <table>
 * <caption>What a client is told</caption>
 * <tr><th>limit</th><th>SQLSTATE</th><th>then</th></tr>
 * <tr><td>rows, bytes, statement length</td><td>54000</td><td>the session goes on; in a block, its transaction has
 *     failed</td></tr>
 * <tr><td>time of a query</td><td>57014</td><td>the same</td></tr>
 * <tr><td>queries in a second, queries at once</td><td>53400</td><td>the same</td></tr>
 * <tr><td>idle, idle in a transaction</td><td>57P05, 25P03</td><td>FATAL: the session ends</td></tr>
 * <tr><td>connections</td><td>53300</td><td>FATAL: there is no session</td></tr>
 * </table>
 *
 * @param maxRows how many rows a result may have; those up to the limit are sent
 * @param maxBytes how many bytes of rows, or of COPY data, a result may have, message headers included
 * @param maxTime how long an execution may run; the client's own data is waited for within it
 * @param statementLength how many bytes the text of a Query or Parse may have
 * @param clientIdle how long a client outside a transaction may say nothing
 * @param idleInTransaction the same within a transaction, or within a batch whose Sync has not come
 * @param connections how many clients may be logged in or logging in; a CancelRequest does not count
 * @param connectionsPerUser how many may be logged in as one user
 * @param connectionsPerDatabase how many may be logged in to one database
 * @param connectionsPerAddress how many may be logged in or logging in from one address
 * @param queriesPerSecond how many executions one user may begin in a second on average, over all sessions; as many may
 *     come at once after a second of silence
 * @param concurrentQueries in how many sessions of one user something may run at once
 * @param loginDeadline from accept to the first ReadyForQuery, however slowly bytes trickle in; PostgreSQL's
 *     authentication_timeout
 * @param logins how many connections may be in login at once; more are closed at accept
 * @param loginsPerAddress the same, for one client address
 */
public record Limits(
        long maxRows,
        long maxBytes,
        Duration maxTime,
        long statementLength,
        Duration clientIdle,
        Duration idleInTransaction,
        int connections,
        int connectionsPerUser,
        int connectionsPerDatabase,
        int connectionsPerAddress,
        int queriesPerSecond,
        int concurrentQueries,
        Duration loginDeadline,
        int logins,
        int loginsPerAddress) {
    /**
     * What protects a server from those who have not logged in, and nothing else: 10 s to log in, 1,000 connections in
     * login, 500 from one address.
     */
    public static final Limits DEFAULT = new LimitsBuilder().build();

    /**
     * Checks the values.
     *
     * @param maxRows positive
     * @param maxBytes positive
     * @param maxTime not negative; zero for no limit
     * @param statementLength positive
     * @param clientIdle not negative; zero for no limit
     * @param idleInTransaction not negative; zero for no limit
     * @param connections positive
     * @param connectionsPerUser positive
     * @param connectionsPerDatabase positive
     * @param connectionsPerAddress positive
     * @param queriesPerSecond positive
     * @param concurrentQueries positive
     * @param loginDeadline positive
     * @param logins positive
     * @param loginsPerAddress positive
     * @throws IllegalArgumentException if a number is not positive, or a time negative; the login deadline has to be
     *     positive
     */
    public Limits {
        positive("maxRows", maxRows);
        positive("maxBytes", maxBytes);
        notNegative("maxTime", maxTime);
        positive("statementLength", statementLength);
        notNegative("clientIdle", clientIdle);
        notNegative("idleInTransaction", idleInTransaction);
        positive("connections", connections);
        positive("connectionsPerUser", connectionsPerUser);
        positive("connectionsPerDatabase", connectionsPerDatabase);
        positive("connectionsPerAddress", connectionsPerAddress);
        positive("queriesPerSecond", queriesPerSecond);
        positive("concurrentQueries", concurrentQueries);
        notNegative("loginDeadline", loginDeadline);
        if (loginDeadline.isZero()) {
            throw new IllegalArgumentException("loginDeadline must be positive: " + loginDeadline);
        }
        positive("logins", logins);
        positive("loginsPerAddress", loginsPerAddress);
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
    }

    /**
     * Limits to set one by one.
     *
     * @return a builder with the values of {@link #DEFAULT}
     */
    public static LimitsBuilder builder() {
        return new LimitsBuilder();
    }

    /**
     * Limits to change some of.
     *
     * @return a builder with these values
     */
    public LimitsBuilder toBuilder() {
        return new LimitsBuilder(this);
    }

    /**
     * Rows, bytes and time, as hooks see them.
     *
     * @return terms without settings
     */
    public Terms terms() {
        return new Terms(maxRows, maxBytes, maxTime, Map.of());
    }

    /**
     * Whether results are counted.
     *
     * @return whether rows or bytes are limited
     */
    public boolean limitsResults() {
        return maxRows != Long.MAX_VALUE || maxBytes != Long.MAX_VALUE;
    }

    /**
     * Whether the number of queries of a user is limited.
     *
     * @return whether there is a limit for a second, or for those at once
     */
    public boolean limitsUsers() {
        return queriesPerSecond != Integer.MAX_VALUE || concurrentQueries != Integer.MAX_VALUE;
    }
}
