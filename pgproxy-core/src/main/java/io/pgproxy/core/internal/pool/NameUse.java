package io.pgproxy.core.internal.pool;

/**
 * What a statement of SQL's own does to a prepared statement.
 *
 * @param statement which of the text's statements, from 0
 * @param kind what it does
 * @param name the prepared statement; empty for all of them
 * @param sql the statement, if it prepares one
 * @param inner what the prepared one leaves when it runs, if it prepares one
 */
record NameUse(int statement, Kind kind, String name, String sql, Footprint inner) {
    enum Kind {
        PREPARES,
        EXECUTES,
        FORGETS,
        FORGETS_ALL
    }

    NameUse(int statement, Kind kind, String name) {
        this(statement, kind, name, "", Footprint.NONE);
    }

    /** Without the text. */
    @Override
    public String toString() {
        return kind + " " + name;
    }
}
