package io.pgproxy.core.internal.guard;

import io.pgproxy.sql.StatementKind;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of a prepared statement.
 *
 * @param kind what it is
 * @param traits what it may do
 */
record Prepared(StatementKind kind, int traits) {
    static final Prepared UNKNOWN = new Prepared(StatementKind.UNKNOWN, Traits.UNKNOWN);

    /** For each kind the last one that was made: they hardly ever differ in what they may do. */
    private static final ConcurrentHashMap<StatementKind, Prepared> MADE = new ConcurrentHashMap<>();

    static Prepared of(StatementKind kind, int traits) {
        Prepared made = MADE.get(kind);
        if (made == null || made.traits != traits) {
            made = new Prepared(kind, traits);
            MADE.put(kind, made);
        }
        return made;
    }

    /** The name stood for another one, and may still. */
    Prepared or(Prepared before) {
        return equals(before) ? this : of(kind == before.kind ? kind : StatementKind.UNKNOWN, traits | before.traits);
    }
}
