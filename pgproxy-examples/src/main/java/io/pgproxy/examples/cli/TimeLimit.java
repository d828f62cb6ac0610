package io.pgproxy.examples.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long something may take.
 *
 * @param most zero: as long as it likes
 */
public record TimeLimit(Duration most) {

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,10})(ms|s|m|h)");
    /** What the server's settings can hold, in milliseconds. */
    private static final long LONGEST = Integer.MAX_VALUE;

    /**
     * Reads a time with its unit.
     *
     * @param text such as 250ms, 30s, 5m, 1h; off and 0 are no limit
     * @return the limit
     * @throws IllegalArgumentException if it is anything else, or too long for the server's settings
     */
    public static TimeLimit parse(String text) {
        if (text.equals("off") || text.equals("0")) {
            return new TimeLimit(Duration.ZERO);
        }
        Matcher parts = TEXT.matcher(text);
        if (parts.matches()) {
            long millis = Long.parseLong(parts.group(1)) * millis(parts.group(2));
            if (millis <= LONGEST) {
                return new TimeLimit(Duration.ofMillis(millis));
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no time: give a number with ms, s, m or h, up to 596h, or off");
    }

    private static long millis(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            default -> 3_600_000;
        };
    }
}
