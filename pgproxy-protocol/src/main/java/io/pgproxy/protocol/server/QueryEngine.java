package io.pgproxy.protocol.server;

import java.util.List;

/**
 * Answers the SQL of one session.
 *
 * <p>Every method is called on the thread that feeds the {@link ServerProtocol}, one call at a time, and may take the
 * time it needs there: an engine that blocks gets a thread of its own by feeding the protocol on it. A
 * {@link PgErrorException} refuses with its error; any other exception is an XX000 without details for the client and
 * goes to {@link #failed}.
 */
@FunctionalInterface
public interface QueryEngine {
    /**
     * Understands one statement.
     *
     * @param sql one statement, never empty; without a semicolon if {@link #split} cuts it off
     * @param parameterTypes the OIDs (unsigned) of as many parameters as the client told, 0 for undecided ones
     * @return the statement, kept as long as the client keeps it
     * @throws PgErrorException to refuse the statement
     */
    PreparedQuery prepare(String sql, List<Integer> parameterTypes);

    /**
     * Cuts a string into statements; comments and empty statements count for nothing.
     *
     * <p>Unless overridden the string is one statement, or none if it holds nothing but white space and semicolons:
     * cutting at semicolons needs a lexer.
     *
     * @param sql what the client sent
     * @return the statements in their order
     */
    default List<String> split(String sql) {
        int end = sql.length();
        while (end > 0 && (sql.charAt(end - 1) == ';' || Character.isWhitespace(sql.charAt(end - 1)))) {
            end--;
        }
        String statement = sql.substring(0, end).stripLeading();
        return statement.isEmpty() ? List.of() : List.of(statement);
    }

    /**
     * May this statement run in a failed transaction block? COMMIT, ROLLBACK and ROLLBACK TO SAVEPOINT may; all else is
     * refused with 25P02 without asking the engine.
     *
     * @param sql one statement
     * @return false unless overridden, which is right for an engine without transaction blocks
     */
    default boolean endsTransaction(String sql) {
        return false;
    }

    /**
     * The transaction block fails, because of an error of the engine or of the client: what it did is to be undone when
     * it ends.
     */
    default void failBlock() {}

    /**
     * An exchange ends outside of a transaction block: what it did is to be kept or undone.
     *
     * @param commit true after success, false after an error
     * @throws PgErrorException if it cannot be kept
     */
    default void endExchange(boolean commit) {}

    /**
     * A method of this engine or of what it gave threw something that is no {@link PgErrorException}.
     *
     * @param cause what was thrown, to be logged
     */
    default void failed(RuntimeException cause) {}

    /** The session is over; called once, whatever ended it. */
    default void close() {}
}
