package io.pgproxy.observation;

/**
 * The error of an observation: an SQLSTATE and nothing else, for messages of a server may hold values of rows. It is
 * never thrown, and has no stack trace: where the proxy learnt of it tells nobody anything.
 */
public final class FailedQuery extends Exception {
    private static final long serialVersionUID = 1;

    /** Five characters. */
    private final String sqlState;

    FailedQuery(String sqlState) {
        super("SQLSTATE " + sqlState, null, false, false);
        this.sqlState = sqlState;
    }

    /** {@return five characters} */
    public String sqlState() {
        return sqlState;
    }
}
