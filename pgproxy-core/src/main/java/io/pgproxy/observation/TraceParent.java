package io.pgproxy.observation;

import org.jspecify.annotations.Nullable;

/**
 * The header {@code traceparent}: version, trace, span and flags, in lower-case hexadecimal digits.
 *
 * <p>See "traceparent Header" in the W3C's Trace Context.
 */
final class TraceParent {
    private static final int LENGTH = 55;
    /** What later versions may add is not looked at, but nobody needs a page for it. */
    private static final int LONGEST = 256;

    private static final int TRACE = 3;
    private static final int SPAN = 36;
    private static final int FLAGS = 53;
    private static final int SAMPLED = 1;

    private TraceParent() {}

    /**
     * Reads the header.
     *
     * @param text as it came
     * @return the same as version 00 writes it, with the one flag that this version knows; null if it is malformed
     */
    static @Nullable String read(String text) {
        if (text.length() < LENGTH || text.length() > LONGEST || !isWellFormed(text) || !isLengthOfItsVersion(text)) {
            return null;
        }
        boolean sampled = (Character.digit(text.charAt(FLAGS + 1), 16) & SAMPLED) != 0;
        return "00" + text.substring(2, FLAGS) + (sampled ? "01" : "00");
    }

    private static boolean isWellFormed(String text) {
        return isHex(text, 0, 2)
                && !text.startsWith("ff")
                && text.charAt(TRACE - 1) == '-'
                && isId(text, TRACE, SPAN - 1)
                && text.charAt(SPAN - 1) == '-'
                && isId(text, SPAN, FLAGS - 1)
                && text.charAt(FLAGS - 1) == '-'
                && isHex(text, FLAGS, LENGTH);
    }

    private static boolean isLengthOfItsVersion(String text) {
        return text.length() == LENGTH || (!text.startsWith("00") && text.charAt(LENGTH) == '-');
    }

    private static boolean isId(String text, int from, int to) {
        return isHex(text, from, to) && !text.substring(from, to).chars().allMatch(digit -> digit == '0');
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }
}
