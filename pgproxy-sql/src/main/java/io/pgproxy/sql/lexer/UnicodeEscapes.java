package io.pgproxy.sql.lexer;

import org.jspecify.annotations.Nullable;

/** Resolves the escapes of {@code U&"…"}: {@code \XXXX}, {@code \+XXXXXX} and the doubled escape character. */
final class UnicodeEscapes {
    private UnicodeEscapes() {}

    /** Null where {@code str_udeescape} reports an error. */
    static @Nullable String resolve(String text, char escape) {
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != escape) {
                out.append(c);
                at++;
                continue;
            }
            if (at + 1 < text.length() && text.charAt(at + 1) == escape) {
                out.append(escape);
                at += 2;
                continue;
            }
            boolean six = at + 1 < text.length() && text.charAt(at + 1) == '+';
            int from = six ? at + 2 : at + 1;
            int to = from + (six ? 6 : 4);
            int character = hex(text, from, to);
            if (character <= 0 || character > Character.MAX_CODE_POINT) {
                return null;
            }
            out.appendCodePoint(character);
            at = to;
        }
        return hasLoneSurrogate(out) ? null : out.toString();
    }

    private static int hex(String text, int from, int to) {
        if (to > text.length()) {
            return -1;
        }
        int value = 0;
        for (int at = from; at < to; at++) {
            char c = text.charAt(at);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** Two escapes may make one character, but only next to each other; half of one is an error. */
    private static boolean hasLoneSurrogate(CharSequence text) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (Character.isHighSurrogate(c)
                    && at + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(at + 1))) {
                at++;
            } else if (Character.isSurrogate(c)) {
                return true;
            }
        }
        return false;
    }
}
