package io.pgproxy.hook;

import io.pgproxy.protocol.PgError;

/** A query of a hook's own has failed. Its message tells the SQLSTATE alone. */
public final class QueryFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient PgError error;

    /**
     * Tells what happened.
     *
     * @param error the upstream's error, or the proxy's
     */
    public QueryFailedException(PgError error) {
        super(error.toString());
        this.error = error;
    }

    /** {@return what happened; may hold values of rows} */
    public PgError error() {
        return error;
    }
}
