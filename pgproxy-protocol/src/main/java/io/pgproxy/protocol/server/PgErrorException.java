package io.pgproxy.protocol.server;

import io.pgproxy.protocol.PgError;

/** How an engine refuses: the client gets the error. Its message shows severity and SQLSTATE only. */
public final class PgErrorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient PgError error;

    /**
     * Carries an error to the client.
     *
     * @param error what the client gets; after a FATAL one the session ends
     */
    public PgErrorException(PgError error) {
        super(error.toString());
        this.error = error;
    }

    /**
     * Carries an error of severity ERROR to the client.
     *
     * @param sqlState five characters, see {@link io.pgproxy.protocol.SqlState}
     * @param message one line for people
     */
    public PgErrorException(String sqlState, String message) {
        this(PgError.of(sqlState, message));
    }

    /**
     * What the client gets.
     *
     * @return the error
     */
    public PgError error() {
        return error;
    }
}
