package io.pgproxy.sql.lexer;

/** Where a keyword may stand for a name: the {@code catcode} of {@code pg_get_keywords()}. */
public enum KeywordCategory {
    /** Anywhere. */
    UNRESERVED,
    /** As the name of a column or table, not of a function or type. */
    COLUMN_NAME,
    /** As the name of a function or type, not of a column or table. */
    TYPE_OR_FUNCTION_NAME,
    /** Nowhere, but behind AS and behind a dot. */
    RESERVED,
    /** The version has no such keyword: the word is a plain name. */
    ABSENT;

    static KeywordCategory of(char letter) {
        return switch (Character.toUpperCase(letter)) {
            case 'U' -> UNRESERVED;
            case 'C' -> COLUMN_NAME;
            case 'T' -> TYPE_OR_FUNCTION_NAME;
            case 'R' -> RESERVED;
            default -> ABSENT;
        };
    }
}
