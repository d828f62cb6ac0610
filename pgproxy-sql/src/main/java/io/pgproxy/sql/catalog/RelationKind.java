package io.pgproxy.sql.catalog;

/** What kind of relation a name stands for: those of {@code pg_class.relkind} that a query can read. */
public enum RelationKind {
    /** An ordinary table, which may have children. */
    TABLE,
    /** A table whose rows are in its partitions. */
    PARTITIONED_TABLE,
    /** A view: its rows are those of a query. */
    VIEW,
    /** A view with rows of its own, as old as its last REFRESH. */
    MATERIALIZED_VIEW,
    /** A table of another server, or of whatever a foreign-data wrapper makes one of. */
    FOREIGN_TABLE,
    /** A sequence. */
    SEQUENCE;

    static RelationKind ofCode(char code) {
        return switch (code) {
            case 'r' -> TABLE;
            case 'p' -> PARTITIONED_TABLE;
            case 'v' -> VIEW;
            case 'm' -> MATERIALIZED_VIEW;
            case 'f' -> FOREIGN_TABLE;
            case 'S' -> SEQUENCE;
            default -> throw new IllegalArgumentException("no kind of relation: " + code);
        };
    }
}
