package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.structure.UnknownTree.Reason;

/**
 * Ends the reading of a statement; never leaves this package. It has no stack trace, since hostile texts cause many.
 */
final class UnknownStructureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final int token;

    UnknownStructureException(Reason reason, int token) {
        super(reason.name(), null, false, false);
        this.reason = reason;
        this.token = token;
    }

    Reason reason() {
        return reason;
    }

    /** The token where reading ended, or -1. */
    int token() {
        return token;
    }
}
