package io.pgproxy.core.internal.guard;

import io.netty.buffer.ByteBuf;
import io.pgproxy.sql.StatementKind;
import org.jspecify.annotations.Nullable;

/**
 * Knows plain statements at a glance: one pass over the bytes, and nothing is made of them. What is not plain for
 * certain is for the lexer: a word that could matter stands somewhere in the text, be it in a literal, or something
 * follows a semicolon. Texts with constants in them are all new to whoever remembers texts.
 */
final class Glance {
    private static final String[] WORDS_OF_SELECT = {"insert", "into", "update", "delete", "merge", "share"};
    private static final String[] WORDS_OF_WRITES = {"returning"};

    private Glance() {}

    /** What the text is, or null if that takes more than a glance. */
    static @Nullable Prepared at(ByteBuf bytes, int from, int length) {
        if (length < 7) {
            return null;
        }
        int first = bytes.getByte(from) | 0x20;
        if (first == 's' && isWord(bytes, from, "select ")) {
            return isPlain(bytes, from + 7, from + length, WORDS_OF_SELECT)
                    ? Prepared.of(StatementKind.SELECT, Traits.ROWS)
                    : null;
        }
        StatementKind kind = first == 'i' && isWord(bytes, from, "insert ")
                ? StatementKind.INSERT
                : first == 'u' && isWord(bytes, from, "update ")
                        ? StatementKind.UPDATE
                        : first == 'd' && isWord(bytes, from, "delete ") ? StatementKind.DELETE : null;
        return kind != null && isPlain(bytes, from + 7, from + length, WORDS_OF_WRITES)
                ? Prepared.of(kind, Traits.WRITES)
                : null;
    }

    private static boolean isPlain(ByteBuf bytes, int from, int to, String[] words) {
        int end = to;
        while (end > from && isBlankOrEnd(bytes.getByte(end - 1))) {
            end--;
        }
        for (int i = from; i < end; i++) {
            byte b = bytes.getByte(i);
            if (b == ';' || b < 0) {
                return false; // another encoding may hide anything
            }
            int letter = b | 0x20;
            for (String word : words) {
                if (letter == word.charAt(0) && i + word.length() <= end && isWord(bytes, i, word)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isBlankOrEnd(byte b) {
        return b == ' ' || b == ';' || b == '\n' || b == '\r' || b == '\t';
    }

    private static boolean isWord(ByteBuf bytes, int from, String word) {
        for (int i = 0; i < word.length(); i++) {
            if ((bytes.getByte(from + i) | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
