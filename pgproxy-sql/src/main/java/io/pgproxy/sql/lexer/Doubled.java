package io.pgproxy.sql.lexer;

import java.util.Arrays;

/** Quotes that are doubled because they stand within quotes. */
final class Doubled {
    private Doubled() {}

    /**
     * What is between quotes.
     *
     * @param start behind the opening quote
     * @param end at the closing quote
     */
    static byte[] once(byte[] text, int start, int end, char quote) {
        byte[] out = new byte[end - start];
        int length = 0;
        for (int at = start; at < end; at++) {
            out[length++] = text[at];
            if (text[at] == quote) {
                at++;
            }
        }
        return Arrays.copyOf(out, length);
    }
}
