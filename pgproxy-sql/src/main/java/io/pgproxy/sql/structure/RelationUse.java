package io.pgproxy.sql.structure;

/** What a statement does with a relation that it names. */
public enum RelationUse {
    /** Reads it, in FROM or USING, or as {@code TABLE t}. */
    READ,
    /** Inserts into it, and with ON CONFLICT DO UPDATE updates it. */
    INSERT,
    /** Updates it. */
    UPDATE,
    /** Deletes from it. */
    DELETE,
    /** Inserts, updates or deletes, as MERGE finds rows. */
    MERGE,
    /** Empties it: TRUNCATE, which sees no row. */
    TRUNCATE,
    /** Makes it: {@code SELECT … INTO}. */
    CREATE
}
