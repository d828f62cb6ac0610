package io.pgproxy.protocol.server;

import org.jspecify.annotations.Nullable;

/**
 * A prepared statement of a session.
 *
 * @param query what the engine understood, or null for a string without a statement
 * @param endsTransaction may it run in a failed transaction block?
 */
record Prepared(@Nullable PreparedQuery query, boolean endsTransaction) {
    /** A string without a statement: it may run at any time. */
    static final Prepared EMPTY = new Prepared(null, true);
}
