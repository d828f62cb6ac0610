package io.pgproxy.readonly;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import org.jspecify.annotations.Nullable;

/**
 * Why something may not pass.
 *
 * @param reason names the statement, function or setting; never a value of the client's
 * @param hint what could be done about it, or null
 */
record Refusal(String reason, @Nullable String hint) {
    private static final String MESSAGE = "Write operations are not permitted: ";

    static Refusal of(String reason) {
        return new Refusal(reason, null);
    }

    /** PostgreSQL itself says 25006 to what a READ ONLY transaction may not do. */
    PgError error() {
        return error(SqlState.READ_ONLY_SQL_TRANSACTION);
    }

    PgError error(String sqlState) {
        PgError error = PgError.of(sqlState, MESSAGE + reason);
        return hint == null ? error : error.withHint(hint);
    }

    /** Ends the session. */
    PgError fatal() {
        return error().fatal();
    }

    /** Ends the session. */
    PgError fatal(String sqlState) {
        return error(sqlState).fatal();
    }
}
