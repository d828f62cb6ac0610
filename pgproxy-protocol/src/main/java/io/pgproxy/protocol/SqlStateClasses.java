package io.pgproxy.protocol;

import java.util.Set;

/**
 * The first two characters of an SQLSTATE, if PostgreSQL gives that class a meaning: with RAISE a client can have any
 * others, more than a metric should have names.
 *
 * <p>See "PostgreSQL Error Codes" in the PostgreSQL manual.
 */
public final class SqlStateClasses {
    private static final Set<String> KNOWN = Set.of(
            "00", "01", "02", "03", "08", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "10", "20", "21", "22", "23", "24",
            "25", "26", "27", "28", "2B", "2D", "2F", "34", "38", "39", "3B", "3D", "3F", "40", "42", "44", "53", "54",
            "55", "57", "58", "72", "F0", "HV", "P0", "XX");

    private SqlStateClasses() {}

    /**
     * The class of an SQLSTATE.
     *
     * @param sqlState five characters; fewer are of no class
     * @return two characters, or {@code other}
     */
    public static String of(String sqlState) {
        String start = sqlState.length() < 2 ? "" : sqlState.substring(0, 2);
        return KNOWN.contains(start) ? start : "other";
    }
}
