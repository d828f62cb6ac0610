package io.pgproxy.sql.lexer;

import org.jspecify.annotations.Nullable;

/**
 * Resolves the escapes of {@code U&"…"} and {@code U&'…'}: {@code \XXXX}, {@code \+XXXXXX} and the doubled escape
 * character.
 */
final class UnicodeEscapes {
    private UnicodeEscapes() {}

    /**
     * What a token says once its escapes are resolved.
     *
     * @param body what is between its quotes
     * @param token looks at the two behind it for {@code UESCAPE 'c'}
     * @return null where the server reports an error
     */
    static @Nullable String resolve(String body, Tokens tokens, int token) {
        int escape = tokens.is(token + 1, Keyword.UESCAPE) ? escapeCharacter(tokens, token + 2) : '\\';
        return escape < 0 ? null : resolve(body, (char) escape);
    }

    /** What {@code check_uescapechar} allows, in any simple string; -1 for all else. */
    private static int escapeCharacter(Tokens tokens, int token) {
        String value = tokens.is(token, TokenKind.UNICODE_STRING) ? null : Constants.string(tokens, token);
        if (value == null || value.length() != 1 || value.charAt(0) >= 0x80) {
            return -1;
        }
        char c = value.charAt(0);
        boolean refused = c == '+' || c == '\'' || c == '"' || CharClass.is((byte) c, CharClass.HEX | CharClass.SPACE);
        return refused ? -1 : c;
    }

    /** Null where {@code str_udeescape} reports an error. */
    private static @Nullable String resolve(String text, char escape) {
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
