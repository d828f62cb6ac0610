package io.pgproxy.cache;

/** What is done to the rows of a table, as far as it matters to what follows. */
enum Change {
    /** New rows: no foreign key follows. */
    INSERT,
    /** Rows with other values. */
    UPDATE,
    /** Rows that are gone. */
    DELETE,
    /** Any of these. */
    ANY,
    /** All rows are gone, and those of whatever refers to them. */
    TRUNCATE;

    boolean computesColumns() {
        return this != DELETE && this != TRUNCATE;
    }
}
