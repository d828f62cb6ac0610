package io.pgproxy.sql.lexer;

/** The check that PostgreSQL makes on each text that a client sends: {@code pg_utf8_islegal} for each character. */
final class Utf8 {
    private Utf8() {}

    static boolean isValid(byte[] text) {
        int at = 0;
        while (at < text.length) {
            int length = sequence(text, at);
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    /** The length of the character at an offset, or 0 if there is none: overlong forms and surrogates are none. */
    static int sequence(byte[] text, int at) {
        int first = text[at] & 0xFF;
        if (first < 0x80) {
            return 1;
        }
        int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
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
}
