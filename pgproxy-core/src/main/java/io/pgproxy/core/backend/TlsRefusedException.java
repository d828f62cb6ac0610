package io.pgproxy.core.backend;

import io.pgproxy.protocol.PgError;
import java.io.IOException;

/** A connection to an upstream is not encrypted as it has to be. */
final class TlsRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient PgError error;

    TlsRefusedException(PgError error) {
        super(error.message());
        this.error = error;
    }

    /** What a client is told. */
    PgError error() {
        return error;
    }
}
