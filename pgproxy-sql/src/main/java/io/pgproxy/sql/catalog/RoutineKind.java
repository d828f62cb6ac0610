package io.pgproxy.sql.catalog;

/** What kind of thing a row of {@code pg_proc} is. */
public enum RoutineKind {
    /** A function, which may return a set. */
    FUNCTION,
    /** An aggregate. */
    AGGREGATE,
    /** A function that needs OVER. */
    WINDOW,
    /** A procedure, for CALL. */
    PROCEDURE;

    static RoutineKind ofCode(char code) {
        return switch (code) {
            case 'f' -> FUNCTION;
            case 'a' -> AGGREGATE;
            case 'w' -> WINDOW;
            case 'p' -> PROCEDURE;
            default -> throw new IllegalArgumentException("no kind of routine: " + code);
        };
    }
}
