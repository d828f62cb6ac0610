package io.pgproxy.sql;

/** What sort of statement it is, coarsely; {@link StatementKind} tells it finely. */
public enum StatementFamily {
    /** A query that reads: SELECT, VALUES, TABLE. */
    READ(Access.READ),
    /** A query that locks rows: FOR UPDATE and its like. */
    READ_LOCK(Access.LOCK),
    /** Changes rows, SELECT INTO and queries that hold such a statement included. */
    WRITE(Access.WRITE),
    /** Defines or drops objects and rights. */
    DDL(Access.WRITE),
    /** Sets or resets settings of the session or transaction. */
    SET(Access.NONE),
    /** Shows a setting. */
    SHOW(Access.READ),
    /** Begins, ends or shapes a transaction. */
    TRANSACTION(Access.NONE),
    /** Declares, reads, closes cursors. */
    CURSOR(Access.BY_NAME),
    /** Makes or forgets prepared statements, or runs them. */
    PREPARE(Access.BY_NAME),
    /** COPY FROM the client. */
    COPY_IN(Access.WRITE),
    /** COPY TO the client. */
    COPY_OUT(Access.READ),
    /** COPY from or to a file or program of the server. */
    COPY_SERVER(Access.WRITE),
    /** Runs code whose text tells little: CALL, DO. */
    CALL(Access.UNKNOWN),
    /** LOCK TABLE. */
    LOCK(Access.LOCK),
    /** LISTEN, UNLISTEN, NOTIFY. */
    NOTIFY(Access.WRITE),
    /** DISCARD. */
    DISCARD(Access.NONE),
    /** EXPLAIN. */
    EXPLAIN(Access.UNKNOWN),
    /** Maintenance: VACUUM, ANALYZE, REINDEX and the like. */
    UTILITY(Access.WRITE),
    /** No token at all. */
    EMPTY(Access.NONE),
    /** Not understood. */
    UNKNOWN(Access.UNKNOWN);

    private final Access access;

    StatementFamily(Access access) {
        this.access = access;
    }

    /** What a kind of this family does to data unless it says otherwise. */
    Access access() {
        return access;
    }
}
