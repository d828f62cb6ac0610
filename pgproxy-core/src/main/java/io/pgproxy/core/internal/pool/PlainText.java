package io.pgproxy.core.internal.pool;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Knows at a glance that a statement leaves nothing behind: one pass over its bytes, quotes or not. It must begin with
 * one of a few words, and have no call, no comment, no second statement, and no word that could matter. All else is for
 * the lexer. Texts with constants in them are all new to whoever remembers texts.
 */
final class PlainText {
    private static final int SHORTEST = 3;
    private static final byte[] SELECT = word("select ");
    private static final byte[] INSERT = word("insert ");
    private static final byte[] UPDATE = word("update ");
    private static final byte[] DELETE = word("delete ");
    private static final byte[] BEGIN = word("begin");
    private static final byte[] COMMIT = word("commit");
    private static final byte[] END = word("end");
    private static final byte[] ROLLBACK = word("rollback");
    private static final byte[] INTO = word("into");
    private static final byte[] CATALOG = word("pg_");
    private static final byte[] VALUES = word("values");
    private static final byte[] IN = word("in");

    private PlainText() {}

    /** What the text leaves behind, or null if that takes more than a glance. */
    static @Nullable Footprint glance(byte[] text, int length) {
        int end = end(text, length);
        if (end < SHORTEST) {
            return null;
        }
        switch (text[0] | 0x20) {
            case 's' -> {
                return isAt(text, 0, end, SELECT) && isPlain(text, end, false) ? Footprint.NONE : null;
            }
            case 'i' -> {
                return isAt(text, 0, end, INSERT) && isPlain(text, end, true) ? Footprint.NONE : null;
            }
            case 'u' -> {
                return isAt(text, 0, end, UPDATE) && isPlain(text, end, false) ? Footprint.NONE : null;
            }
            case 'd' -> {
                return isAt(text, 0, end, DELETE) && isPlain(text, end, false) ? Footprint.NONE : null;
            }
            case 'b' -> {
                return end == 5 && isAt(text, 0, end, BEGIN) ? Footprint.BEGIN : null;
            }
            case 'c' -> {
                return end == 6 && isAt(text, 0, end, COMMIT) ? Footprint.END : null;
            }
            case 'e' -> {
                return end == 3 && isAt(text, 0, end, END) ? Footprint.END : null;
            }
            case 'r' -> {
                return end == 8 && isAt(text, 0, end, ROLLBACK) ? Footprint.END : null;
            }
            default -> {
                return null;
            }
        }
    }

    private static boolean isPlain(byte[] text, int end, boolean insert) {
        int words = 0;
        int wordStart = -1;
        int lastStart = -1;
        int lastEnd = -1;
        byte last = ' ';
        for (int i = 0; i < end; i++) {
            byte b = text[i];
            if (isLetter(b)) {
                if (wordStart < 0) {
                    wordStart = i;
                    words++;
                    if (isAt(text, i, end, CATALOG) || (!insert && isWord(text, i, end, INTO))) {
                        return false;
                    }
                }
                last = b;
                lastStart = wordStart;
                lastEnd = i + 1;
                continue;
            }
            if (b < 0 || b == ';' || b == '"') {
                return false;
            }
            wordStart = -1;
            if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
                continue;
            }
            if (b == '(' && isLetter(last) && !isKeyword(text, lastStart, lastEnd)) {
                boolean columns = insert && (words == 3 || (words == 4 && text[lastStart - 1] == '.'));
                if (!columns) { // of a table that has just been named
                    return false;
                }
            }
            if ((b == '-' && last == '-' && text[i - 1] == '-') || (b == '*' && i > 0 && text[i - 1] == '/')) {
                return false;
            }
            last = b;
        }
        return true;
    }

    /** What may stand in front of a parenthesis and is no function. */
    private static boolean isKeyword(byte[] text, int start, int end) {
        return (end - start == VALUES.length && isAt(text, start, end, VALUES))
                || (end - start == IN.length && isAt(text, start, end, IN));
    }

    private static boolean isWord(byte[] text, int from, int end, byte[] word) {
        int behind = from + word.length;
        return isAt(text, from, end, word) && (behind == end || !isLetter(text[behind]));
    }

    private static boolean isAt(byte[] text, int from, int end, byte[] word) {
        if (from + word.length > end) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (lower(text[from + i]) != word[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] word(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
    }

    private static boolean isLetter(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_' || b == '$';
    }

    /** Without the semicolon and the blanks at its end. */
    private static int end(byte[] text, int length) {
        int end = length;
        while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == ';' || text[end - 1] == '\n')) {
            end--;
        }
        return end;
    }
}
