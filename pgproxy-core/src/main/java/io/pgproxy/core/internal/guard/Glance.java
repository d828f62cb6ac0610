package io.pgproxy.core.internal.guard;

import io.pgproxy.sql.StatementKind;
import org.jspecify.annotations.Nullable;

/**
 * Knows plain statements at a glance: one pass over the bytes, and nothing is made of them. What is not plain for
 * certain is for the lexer: a word that could matter stands somewhere in the text, be it in a literal, or something
 * follows a semicolon. Texts with constants in them are all new to whoever remembers texts.
 */
final class Glance {
    private static final int SHORTEST = 7;

    private static final Prepared SELECT = new Prepared(StatementKind.SELECT, Traits.ROWS);
    private static final Prepared INSERT = new Prepared(StatementKind.INSERT, Traits.WRITES);
    private static final Prepared UPDATE = new Prepared(StatementKind.UPDATE, Traits.WRITES);
    private static final Prepared DELETE = new Prepared(StatementKind.DELETE, Traits.WRITES);

    private Glance() {}

    /** What the text is, or null if that takes more than a glance. */
    static @Nullable Prepared at(byte[] text, int length) {
        if (length < SHORTEST) {
            return null;
        }
        switch (text[0] | 0x20) {
            case 's' -> {
                return isWord(text, 0, length, "select ") && isRead(text, length) ? SELECT : null;
            }
            case 'i' -> {
                return write(text, length, "insert ", INSERT);
            }
            case 'u' -> {
                return write(text, length, "update ", UPDATE);
            }
            case 'd' -> {
                return write(text, length, "delete ", DELETE);
            }
            default -> {
                return null;
            }
        }
    }

    private static @Nullable Prepared write(byte[] text, int length, String word, Prepared statement) {
        if (!isWord(text, 0, length, word)) {
            return null;
        }
        int end = end(text, length);
        for (int i = SHORTEST; i < end; i++) {
            byte b = text[i];
            if (isStrange(b) || ((b | 0x20) == 'r' && isWord(text, i, end, "returning"))) {
                return null;
            }
        }
        return statement;
    }

    private static boolean isRead(byte[] text, int length) {
        int end = end(text, length);
        for (int i = SHORTEST; i < end; i++) {
            byte b = text[i];
            boolean mayWrite = switch (b | 0x20) {
                case 'i' -> isWord(text, i, end, "into") || isWord(text, i, end, "insert");
                case 'u' -> isWord(text, i, end, "update");
                case 'd' -> isWord(text, i, end, "delete");
                case 'm' -> isWord(text, i, end, "merge");
                case 's' -> isWord(text, i, end, "share");
                default -> isStrange(b);
            };
            if (mayWrite) {
                return false;
            }
        }
        return true;
    }

    /** It ends a statement, or belongs to an encoding that may hide anything. */
    private static boolean isStrange(byte b) {
        return b == ';' || b < 0;
    }

    /** Without the semicolon and the blanks at its end. */
    private static int end(byte[] text, int length) {
        int end = length;
        while (end > SHORTEST && isBlankOrEnd(text[end - 1])) {
            end--;
        }
        return end;
    }

    private static boolean isBlankOrEnd(byte b) {
        return b == ' ' || b == ';' || b == '\n' || b == '\r' || b == '\t';
    }

    private static boolean isWord(byte[] text, int from, int end, String word) {
        if (from + word.length() > end) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((text[from + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
