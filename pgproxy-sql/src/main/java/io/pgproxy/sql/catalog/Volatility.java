package io.pgproxy.sql.catalog;

/**
 * What a function promises the planner, from the most to the least. The server believes it: a function that is marked
 * STABLE may well call one that writes.
 */
public enum Volatility {
    /** The same result for the same arguments, for ever. */
    IMMUTABLE,
    /** The same result within one statement; changes nothing. */
    STABLE,
    /** Anything. */
    VOLATILE;

    static Volatility ofCode(char code) {
        return switch (code) {
            case 'i' -> IMMUTABLE;
            case 's' -> STABLE;
            case 'v' -> VOLATILE;
            default -> throw new IllegalArgumentException("no volatility: " + code);
        };
    }

    /** The one that promises less. */
    Volatility or(Volatility other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
