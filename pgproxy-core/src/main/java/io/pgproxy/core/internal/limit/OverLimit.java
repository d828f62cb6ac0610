package io.pgproxy.core.internal.limit;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import java.time.Duration;

/** What clients are told when they are over a limit. The limit is in each message. */
public final class OverLimit {
    private OverLimit() {}

    /** {@return the error for a result with too many rows} */
    public static PgError rows(long most) {
        return PgError.of(SqlState.PROGRAM_LIMIT_EXCEEDED, "the result has more than " + most + " rows");
    }

    /** {@return the error for a result with too many bytes} */
    public static PgError bytes(long most) {
        return PgError.of(SqlState.PROGRAM_LIMIT_EXCEEDED, "the result has more than " + most + " bytes");
    }

    /** {@return the error for an execution that takes too long} */
    public static PgError time(Duration most) {
        return PgError.of(
                SqlState.QUERY_CANCELED, "canceling statement due to the proxy's time limit of " + seconds(most));
    }

    /** {@return the error for a text that is too long} */
    public static PgError statementLength(long length, long most) {
        return PgError.of(
                SqlState.PROGRAM_LIMIT_EXCEEDED,
                "the statement has " + length + " bytes, more than the limit of " + most + " bytes");
    }

    static PgError queriesPerSecond(String user, int most) {
        return PgError.of(
                SqlState.CONFIGURATION_LIMIT_EXCEEDED,
                "user \"" + user + "\" is over the limit of " + most + " queries per second");
    }

    static PgError concurrentQueries(String user, int most) {
        return PgError.of(
                SqlState.CONFIGURATION_LIMIT_EXCEEDED,
                "user \"" + user + "\" is over the limit of " + most + " queries at once");
    }

    /** {@return the last word to a client that says nothing} */
    public static PgError clientIdle(Duration most) {
        return PgError.of(
                        SqlState.IDLE_SESSION_TIMEOUT,
                        "terminating connection due to the proxy's idle-session timeout of " + seconds(most))
                .fatal();
    }

    /** {@return the last word to a client that says nothing within a transaction} */
    public static PgError idleInTransaction(Duration most) {
        return PgError.of(
                        SqlState.IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
                        "terminating connection due to the proxy's idle-in-transaction timeout of " + seconds(most))
                .fatal();
    }

    /** {@return the refusal of one client too many} */
    public static PgError connections(int most) {
        return tooMany("sorry, too many clients already", most);
    }

    /** {@return the refusal of one client too many of an address} */
    public static PgError connectionsPerAddress(int most) {
        return tooMany("too many connections from this address", most);
    }

    /** {@return the refusal of one client too many of a user} */
    public static PgError connectionsPerUser(String user, int most) {
        return tooMany("too many connections for user \"" + user + "\"", most);
    }

    /** {@return the refusal of one client too many of a database} */
    public static PgError connectionsPerDatabase(String database, int most) {
        return tooMany("too many connections for database \"" + database + "\"", most);
    }

    private static PgError tooMany(String what, int most) {
        return PgError.of(SqlState.TOO_MANY_CONNECTIONS, what + ": the limit is " + most)
                .fatal();
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
