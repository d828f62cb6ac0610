package io.pgproxy.observation;

/**
 * The header {@code tracestate}: what tracing systems have to say of a trace. Others will send it on in headers of
 * their own, so nothing passes that does not belong there.
 *
 * <p>See "tracestate Header" in the W3C's Trace Context.
 */
final class TraceState {
    private static final int LONGEST = 512;
    private static final int MOST_MEMBERS = 32;
    private static final int LONGEST_PART = 256;

    private TraceState() {}

    /** Whether this is a list of keys and values, none of them too long. */
    static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return false;
        }
        String[] members = text.split(",", -1);
        if (members.length > MOST_MEMBERS) {
            return false;
        }
        for (String member : members) {
            if (!isMember(blanksCut(member))) {
                return false;
            }
        }
        return true;
    }

    /** The blanks that may stand around a member, and no other white space. */
    private static String blanksCut(String member) {
        int from = 0;
        int to = member.length();
        while (from < to && isBlank(member.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(member.charAt(to - 1))) {
            to--;
        }
        return member.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isMember(String member) {
        int equals = member.indexOf('=');
        return equals > 0
                && equals <= LONGEST_PART
                && member.length() - equals - 1 <= LONGEST_PART
                && isKey(member.substring(0, equals))
                && isValue(member.substring(equals + 1));
    }

    private static boolean isKey(String key) {
        return isLetterOrDigit(key.charAt(0))
                && key.chars()
                        .allMatch(c -> isLetterOrDigit(c) || c == '_' || c == '-' || c == '*' || c == '/' || c == '@');
    }

    private static boolean isLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static boolean isValue(String value) {
        return !value.isEmpty() && value.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '=');
    }
}
