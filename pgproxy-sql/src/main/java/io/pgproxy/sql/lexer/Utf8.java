package io.pgproxy.sql.lexer;

/** Characters of UTF-8 by the rules of {@code pg_utf8_islegal}. */
final class Utf8 {
    private Utf8() {}

    /** The length of the character at an offset, or 0 if there is none: overlong forms and surrogates are none. */
    static int sequence(byte[] text, int at) {
        int first = text[at] & 0xFF;
        if (first < 0x80) {
            return 1;
        }
        int length = length(first);
        if (length == 0 || at + length > text.length) {
            return 0;
        }
        int second = text[at + 1] & 0xFF;
        int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((text[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /** How many bytes the character has that begins with this one beyond ASCII; 0 if none does. */
    private static int length(int first) {
        if (first < 0xC2 || first > 0xF4) {
            return 0;
        }
        return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    }
}
