package io.pgproxy.sql.lexer;

/** The character classes of {@code scan.l}, as bits in a table. */
final class CharClass {
    static final int SPACE = 1;
    static final int NEWLINE = 2;
    static final int IDENTIFIER_START = 4;
    static final int IDENTIFIER_PART = 8;
    static final int DIGIT = 16;
    static final int HEX = 32;
    static final int OPERATOR = 64;
    /** Those that no operator of the SQL standard has: an operator with one of them may end in + or -. */
    static final int FREE_OPERATOR = 128;
    /** Letters, digits and all beyond ASCII: what may follow the first character in the tag of a dollar quote. */
    static final int TAG_PART = 256;

    static final int OCTAL = 512;
    static final int BINARY = 1024;

    private static final short[] TABLE = new short[256];

    static {
        mark(" \t\n\r\f\u000b", SPACE);
        mark("\n\r", NEWLINE);
        mark("~!@#^&|`?+-*/%<>=", OPERATOR);
        mark("~!@#^&|`?%", FREE_OPERATOR);
        mark("0123456789", DIGIT | HEX | IDENTIFIER_PART | TAG_PART);
        mark("01234567", OCTAL);
        mark("01", BINARY);
        mark("abcdefABCDEF", HEX);
        mark("_", IDENTIFIER_START | IDENTIFIER_PART | TAG_PART);
        mark("$", IDENTIFIER_PART);
        for (int c = 'a'; c <= 'z'; c++) {
            TABLE[c] |= IDENTIFIER_START | IDENTIFIER_PART | TAG_PART;
            TABLE[c - 0x20] |= IDENTIFIER_START | IDENTIFIER_PART | TAG_PART;
        }
        for (int c = 0x80; c <= 0xFF; c++) {
            TABLE[c] |= IDENTIFIER_START | IDENTIFIER_PART | TAG_PART;
        }
    }

    private CharClass() {}

    private static void mark(String characters, int bits) {
        for (int i = 0; i < characters.length(); i++) {
            TABLE[characters.charAt(i)] |= (short) bits;
        }
    }

    /** The offset of the first character from here on that is none of these. */
    static int end(byte[] text, int from, int to, int bits) {
        int at = from;
        while (at < to && is(text[at], bits)) {
            at++;
        }
        return at;
    }

    static boolean is(byte character, int bits) {
        return (TABLE[character & 0xFF] & bits) != 0;
    }
}
