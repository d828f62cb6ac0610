package io.pgproxy.examples.guarded;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a timeout as the server would. See "Parameter Names and Values" in the PostgreSQL manual. */
final class TimeoutText {
    /** A fraction, another base or microseconds, which the server may round to no limit, are not read. */
    private static final Pattern TEXT = Pattern.compile("\\s*([0-9]{1,10})\\s*(ms|s|min|h|d|)\\s*");

    private TimeoutText() {}

    /** The milliseconds; empty if it is no limit, or nothing that is understood here. */
    static OptionalLong millis(String text) {
        Matcher parts = TEXT.matcher(text);
        long millis = parts.matches() ? Long.parseLong(parts.group(1)) * millisOf(parts.group(2)) : 0;
        return millis == 0 ? OptionalLong.empty() : OptionalLong.of(millis);
    }

    private static long millisOf(String unit) {
        return switch (unit) {
            case "s" -> 1_000;
            case "min" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> 1;
        };
    }
}
