package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A streaming replica of a {@link LocalPostgres} on this machine: a hot standby, which answers reads, at a port of its
 * own. It has the settings of its primary as far as it has none of its own, and the same superuser. Replication is
 * asynchronous, so that a replica lags; {@link #awaitReplay(Duration)} waits until it has caught up.
 *
 * <p>It can be stopped, restarted and killed as any server can, by the methods of {@link #server()}, and so can its
 * primary; the replica then connects again by itself. {@link #close()} deletes it. The primary closes the replicas that
 * are left when it is closed itself.
 *
 * <p>Any thread may use it.
 */
public final class LocalReplica implements AutoCloseable {

    private static final String MAINTENANCE_DATABASE = "postgres";
    private static final int PROMOTION_SECONDS = 60;
    private static final Duration PAUSE_LIMIT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 2;

    private final LocalPostgres primary;
    private final LocalPostgres server;

    LocalReplica(LocalPostgres primary, LocalPostgres server) {
        this.primary = primary;
        this.server = server;
    }

    /**
     * The server it was made from.
     *
     * @return the primary, also after {@link #promote()}
     */
    public LocalPostgres primary() {
        return primary;
    }

    /**
     * The replica as a server: where it listens, what its databases' URLs are, what it logs, and the methods that
     * query, stop, restart and kill it.
     *
     * @return the same at each call
     */
    public LocalPostgres server() {
        return server;
    }

    /**
     * Waits until the replica shows everything that has been committed on the primary before this call.
     *
     * @param atMost how long to wait, from when the primary has flushed its WAL
     * @throws SQLTimeoutException if the replica has not replayed it by then; the message tells how far it came
     * @throws SQLException if the primary or the replica does not answer
     * @throws IllegalStateException if it has been promoted
     */
    public void awaitReplay(Duration atMost) throws SQLException {
        String written = flushedWal();
        try (Connection connection = server.connect(MAINTENANCE_DATABASE);
                Statement statement = connection.createStatement()) {
            if (!holds(statement, "pg_is_in_recovery()")) {
                throw new IllegalStateException("the server at port " + server.port() + " is no replica any more");
            }
            String replayed = "pg_last_wal_replay_lsn()";
            if (!becomesTrue(statement, replayed + " >= '" + written + "'", atMost)) {
                throw new SQLTimeoutException("the replica at port " + server.port() + " has replayed the WAL up to "
                        + value(statement, replayed) + ", not up to " + written + ", after " + atMost);
            }
        }
    }

    /**
     * Makes the replica a primary, which takes writes and follows nobody. The former primary goes on as it was.
     *
     * @throws SQLTimeoutException if that takes more than a minute
     * @throws SQLException if the server does not answer, or has been promoted before: 55000
     */
    public void promote() throws SQLException {
        try (Connection connection = server.connect(MAINTENANCE_DATABASE);
                Statement statement = connection.createStatement()) {
            if (!holds(statement, "pg_promote(wait => true, wait_seconds => " + PROMOTION_SECONDS + ")")) {
                throw new SQLTimeoutException("the replica at port " + server.port() + " was not promoted in time");
            }
        }
    }

    /**
     * Has the replica stay at what it shows now, however much it receives, until {@link #resumeReplay()},
     * {@link #promote()} or a restart. Nothing is replayed any more when this returns.
     *
     * @throws SQLTimeoutException if that takes more than a minute, as it does while the replica waits for a longer
     *     {@code recovery_min_apply_delay}; it will pause after that
     * @throws SQLException if the server does not answer, or has been promoted: 55000
     */
    public void pauseReplay() throws SQLException {
        try (Connection connection = server.connect(MAINTENANCE_DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_wal_replay_pause()");
            if (!becomesTrue(statement, "pg_get_wal_replay_pause_state() = 'paused'", PAUSE_LIMIT)) {
                throw new SQLTimeoutException("the replica at port " + server.port() + " did not pause in time");
            }
        }
    }

    /**
     * Ends what {@link #pauseReplay()} began. Nothing happens if it is not paused.
     *
     * @throws SQLException if the server does not answer, or has been promoted: 55000
     */
    public void resumeReplay() throws SQLException {
        server.execute("SELECT pg_wal_replay_resume()");
    }

    /**
     * Stops the replica and deletes its data. Its primary does not mind.
     *
     * @throws IOException if something is left
     */
    @Override
    public void close() throws IOException {
        server.close();
    }

    @Override
    public String toString() {
        return "replica of the server at port " + primary.port() + ": " + server;
    }

    /**
     * Where the WAL of the primary ends. Without synchronous_commit what was committed may wait in memory yet, from
     * where it is not sent; a commit that is not asynchronous takes it all along.
     */
    private String flushedWal() throws SQLException {
        try (Connection connection = primary.connect(MAINTENANCE_DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = local");
            statement.execute("SELECT pg_logical_emit_message(true, 'pgproxy-testkit', '')");
            return value(statement, "pg_current_wal_flush_lsn()");
        }
    }

    private static boolean becomesTrue(Statement statement, String condition, Duration atMost) throws SQLException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!holds(statement, condition)) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                throw new SQLException("interrupted while waiting for a replica", interrupt);
            }
        }
        return true;
    }

    private static boolean holds(Statement statement, String condition) throws SQLException {
        return "t".equals(value(statement, condition));
    }

    private static String value(Statement statement, String expression) throws SQLException {
        try (ResultSet result = statement.executeQuery("SELECT " + expression)) {
            result.next();
            return String.valueOf(result.getString(1));
        }
    }

    /** What a replica should be like, where it differs from its primary. */
    public static final class Builder {

        private final LocalPostgres primary;
        private final Map<String, String> settings = new LinkedHashMap<>();

        Builder(LocalPostgres primary) {
            this.primary = primary;
        }

        /**
         * Sets a parameter of postgresql.conf, such as {@code recovery_min_apply_delay}. Some must not be less than on
         * the primary, as {@code max_connections}; it does not start then.
         *
         * @param name the name
         * @param value the value without quotes
         * @return this builder
         */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /**
         * Copies the primary, which goes on meanwhile, and starts the copy. Waits until it accepts connections; what
         * was committed before the call is there then.
         *
         * @return the running replica, which the caller or the primary closes
         * @throws IOException if the primary gives no base backup, or the replica does not start; the message ends with
         *     its log
         * @throws UnsupportedOperationException if the primary was not asked for with
         *     {@link LocalPostgres.Builder#primary()}
         */
        public LocalReplica start() throws IOException {
            return primary.startReplica(settings);
        }
    }
}
