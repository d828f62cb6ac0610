package io.pgproxy.auth;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Users in a database, asked for by a query: the roles of a PostgreSQL server by default, as far as its superusers and
 * whoever may read pg_shadow can see them. Answers are kept for a short time, {@code VALID UNTIL} is honoured all the
 * same.
 *
 * <p>The query runs on one of the workers, in a transaction that only reads, with {@code search_path} pg_catalog and
 * the name as a parameter. Nothing of a client but that name reaches the connection. Thread-safe.
 */
public final class UpstreamUsers implements UserStore {
    private static final String SHADOW = "select usename, passwd, valuntil from pg_catalog.pg_shadow where usename = ?";
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int MOST = 10_000;

    /** A server that hangs must not hold the workers. */
    private static final int QUERY_SECONDS = 5;

    private final DataSource connections;
    private final String query;
    private final UserCache cache;

    private UpstreamUsers(DataSource connections, String query, Duration keep) {
        this.connections = connections;
        this.query = query;
        this.cache = new UserCache(keep, MOST);
    }

    /**
     * The roles of a server. Its connections need a user who may read pg_shadow.
     *
     * @param connections of pgjdbc or a pool of it; asked for one connection for each query, which is closed behind it
     * @return a store that keeps answers for 5 s
     */
    public static UpstreamUsers of(DataSource connections) {
        return new UpstreamUsers(connections, SHADOW, Duration.ofSeconds(5));
    }

    /**
     * Asks something else, such as a function that may read what the user of the connection may not.
     *
     * @param sql names qualified; one parameter {@code ?}, the user; at most one row: the user's name, what
     *     {@link Secret#parse} reads, or null, and until when it is valid (timestamptz), or null
     * @return a changed copy with nothing kept
     */
    public UpstreamUsers withQuery(String sql) {
        return new UpstreamUsers(connections, sql, cache.keep());
    }

    /**
     * Keeps answers for another time: for so long a user who was changed or dropped is not seen to be.
     *
     * @param time zero to keep none, at most a minute
     * @return a changed copy with nothing kept
     * @throws IllegalArgumentException if it is negative or longer
     */
    public UpstreamUsers withCache(Duration time) {
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("users are kept for at most a minute, not " + time);
        }
        return new UpstreamUsers(connections, query, time);
    }

    @Override
    public CompletionStage<Optional<User>> find(String user, String database, Executor workers) {
        return cache.find(user, database, workers, () -> ask(user));
    }

    private Optional<User> ask(String name) {
        try (Connection connection = connections.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement settings = connection.createStatement()) {
                settings.execute("set transaction read only");
                settings.execute("set local search_path = pg_catalog");
            }
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setQueryTimeout(QUERY_SECONDS);
                statement.setString(1, name);
                try (ResultSet rows = statement.executeQuery()) {
                    return user(rows, name);
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true); // as a pool has lent it
            }
        } catch (SQLException e) {
            throw new UserQueryException(e);
        }
    }

    private static Optional<User> user(ResultSet rows, String name) throws SQLException {
        if (!rows.next() || !name.equals(rows.getString(1))) {
            return Optional.empty();
        }
        User user = new User(name, secret(rows.getString(2)), validUntil(rows), Map.of());
        return rows.next() ? Optional.empty() : Optional.of(user); // two users of one name are none
    }

    /** What cannot be read lets nobody in. */
    private static @Nullable Secret secret(@Nullable String text) {
        try {
            return text == null || text.isEmpty() ? null : Secret.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable Instant validUntil(ResultSet rows) throws SQLException {
        OffsetDateTime end = rows.getObject(3, OffsetDateTime.class);
        return end == null || end.equals(OffsetDateTime.MAX) ? null : end.toInstant();
    }

    /** The query alone. */
    @Override
    public String toString() {
        return "UpstreamUsers[" + query + "]";
    }

    /** The query has failed; shows the SQLSTATE alone. */
    private static final class UserQueryException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UserQueryException(SQLException cause) {
            super("the query for a user has failed: " + cause.getSQLState());
        }
    }
}
