package io.pgproxy.core.internal.guard;

import io.pgproxy.sql.StatementKind;

/**
 * What is known of a prepared statement.
 *
 * @param kind what it is
 * @param traits what it may do
 */
record Prepared(StatementKind kind, int traits) {
    static final Prepared UNKNOWN = new Prepared(StatementKind.UNKNOWN, Traits.UNKNOWN);

    /** The name stood for another one, and may still. */
    Prepared or(Prepared before) {
        return equals(before)
                ? this
                : new Prepared(kind == before.kind ? kind : StatementKind.UNKNOWN, traits | before.traits);
    }
}
