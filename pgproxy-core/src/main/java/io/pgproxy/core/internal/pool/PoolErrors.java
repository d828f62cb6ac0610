package io.pgproxy.core.internal.pool;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.ErrorResponse;

/** What clients of a pool are told. */
final class PoolErrors {
    static final PgError TIMED_OUT = PgError.of("53300", "no connection to the upstream became free in time")
            .withHint("All connections of the proxy's pool are in use. Try again, or shorten transactions.");

    static final PgError QUEUE_FULL = PgError.of("53300", "too many clients wait for a connection to the upstream")
            .withHint("All connections of the proxy's pool are in use. Try again, or shorten transactions.");

    static final PgError WAITING = PgError.notice("waiting for a connection to the upstream")
            .withHint("All connections of the proxy's pool are in use.");

    static final PgError CANCELLED = PgError.of("57014", "canceling statement due to user request");

    static final PgError CHANGED = PgError.of("0A000", "cached plan must not change result type");

    static final PgError NO_BLOCK = PgError.of("0A000", "transaction blocks are not possible in statement pooling")
            .withHint("The proxy gives each statement a connection of its own. Use transaction pooling for"
                    + " transactions.");

    static final PgError LOST = PgError.of("57P01", "the connection was lost that had the settings of the session")
            .withHint("The upstream ended it right behind the transaction that changed them. Connect again.");

    static final PgError NO_REPLICATION = PgError.of("0A000", "replication is not possible through a pool")
            .withHint("Connect to the server itself, or to a proxy without a pool.");

    /** For who has ended the session. */
    static final PgError ENDED = PgError.of("08003", "the session has ended");

    private PoolErrors() {}

    /** What an ErrorResponse says. */
    static PgError read(Frame frame) {
        return frame.isWhole()
                ? ErrorResponse.read(frame.body()).error()
                : PgError.of("58000", "an error too long to be read");
    }

    static PgError unreachable(PgError last) {
        return PgError.of("08001", "the upstream cannot be reached: " + last.message());
    }

    static PgError notRestored(PgError why) {
        return PgError.of(why.sqlState(), "settings of the session could not be restored: " + why.message())
                .withHint("The proxy gave the session another connection, where they were refused. Connect again.")
                .fatal();
    }
}
