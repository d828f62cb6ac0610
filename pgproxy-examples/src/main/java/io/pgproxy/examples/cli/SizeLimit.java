package io.pgproxy.examples.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many bytes something may have.
 *
 * @param most {@code Long.MAX_VALUE}: as many as it likes
 */
public record SizeLimit(long most) {

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})(B|kB|MB|GB)");

    /**
     * Reads a size with its unit: PostgreSQL's, each 1024 times the one before.
     *
     * @param text such as 512B, 64kB, 100MB, 1GB; off and 0 are no limit
     * @return the limit
     * @throws IllegalArgumentException if it is anything else
     */
    public static SizeLimit parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!text.equals("off") && !text.equals("0") && !parts.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no size: give a number with B, kB, MB or GB, or off");
        }
        long bytes = parts.matches() ? Long.parseLong(parts.group(1)) * bytes(parts.group(2)) : 0;
        return new SizeLimit(bytes == 0 ? Long.MAX_VALUE : bytes);
    }

    private static long bytes(String unit) {
        return switch (unit) {
            case "B" -> 1;
            case "kB" -> 1L << 10;
            case "MB" -> 1L << 20;
            default -> 1L << 30;
        };
    }
}
