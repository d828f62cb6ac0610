package io.pgproxy.core.internal.guard;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.ErrorResponse;

/** Reads what the server says; an answer that passes must not fail for it. */
final class Errors {
    private static final PgError UNREADABLE = PgError.of(SqlState.INTERNAL_ERROR, "an error that could not be read");

    private Errors() {}

    static PgError of(Frame frame) {
        try {
            return ErrorResponse.read(frame.body()).error();
        } catch (ProtocolException e) {
            return UNREADABLE;
        }
    }
}
