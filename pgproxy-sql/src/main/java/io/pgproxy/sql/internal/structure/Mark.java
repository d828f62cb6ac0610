package io.pgproxy.sql.internal.structure;

/**
 * How a token is written for JSqlParser, where it is not written as it is. Each of these takes out or exchanges what
 * JSqlParser does not know without taking out a relation, a query or a call.
 */
enum Mark {
    /** A name, whatever keyword it may be: written as a name that nothing else in the text has. */
    NAME(""),
    /** Left out. */
    DROP(""),
    /** An operator between operands that JSqlParser may not know. */
    INFIX_OPERATOR("||"),
    /** {@code TABLE} as a command. */
    TABLE_COMMAND("SELECT * FROM"),
    /** {@code TRUNCATE}, whose TABLE may be missing. */
    TRUNCATE("TRUNCATE TABLE"),
    /** A SELECT without a list. */
    EMPTY_SELECT("SELECT 1"),
    /** The predicate of {@code IS DOCUMENT} and the like. */
    PREDICATE("TRUE"),
    /** {@code WITH TIES} of FETCH. */
    TIES("ONLY"),
    /** The words of CASE around its results, where JSqlParser takes conditions in parentheses only. */
    OPEN_THEN("THEN ("),
    CLOSE_WHEN(") WHEN"),
    CLOSE_OPEN_ELSE(") ELSE ("),
    CLOSE_END(") END"),
    /** The colon of {@code a[1:2]}, and of slices that lack one bound or both. */
    SLICE("+"),
    SLICE_WITHOUT_LOWER("1 +"),
    SLICE_WITHOUT_UPPER("+ 1"),
    SLICE_WITHOUT_BOUNDS("1");

    private final String text;

    Mark(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
