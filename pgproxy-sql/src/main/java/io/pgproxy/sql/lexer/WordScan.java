package io.pgproxy.sql.lexer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads words eight bytes at a time. Words are short and of all lengths, so that a loop over their bytes would be
 * predicted wrongly once for each word; most end within the first eight.
 */
final class WordScan {
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = EACH << 7;
    private static final long LOW_BITS = 0x7F * EACH;
    private static final long CASE = 0x20 * EACH;

    /** No word has these letters. */
    static final long LONG_OR_LAST = 0;

    private WordScan() {}

    /** The offset behind the word that holds {@code from}: letters, digits, underscores, dollars, all beyond ASCII. */
    static int end(byte[] text, int from) {
        int at = from;
        while (at + Long.BYTES <= text.length) {
            long others = ~partsOfWords((long) EIGHT_BYTES.get(text, at)) & HIGH_BITS;
            if (others != 0) {
                return at + (Long.numberOfTrailingZeros(others) >>> 3);
            }
            at += Long.BYTES;
        }
        return CharClass.end(text, at, text.length, CharClass.IDENTIFIER_PART);
    }

    /**
     * The {@link #letters} of a word that ends within seven bytes of it and eight of the text, all in one go: most
     * words do. {@link #LONG_OR_LAST} for any other.
     */
    static long shortWord(byte[] text, int from) {
        if (from + Long.BYTES > text.length) {
            return LONG_OR_LAST;
        }
        long bytes = (long) EIGHT_BYTES.get(text, from);
        long others = ~partsOfWords(bytes) & HIGH_BITS;
        if (others == 0) {
            return LONG_OR_LAST;
        }
        long behind = others & -others;
        return (bytes | CASE) & ((behind >>> (Byte.SIZE - 1)) - 1);
    }

    /** How many letters {@link #shortWord} has found. */
    static int length(long letters) {
        return (Long.SIZE + Byte.SIZE - 1 - Long.numberOfLeadingZeros(letters)) / Byte.SIZE;
    }

    /** The high bit of each byte that is part of a word. No sum here carries into the next byte. */
    private static long partsOfWords(long bytes) {
        long seven = bytes & LOW_BITS;
        long letters = between(seven | CASE, 'a', 'z');
        long digits = between(seven, '0', '9');
        long signs = equal(seven, '_') | equal(seven, '$');
        return bytes | letters | digits | signs;
    }

    private static long between(long seven, int least, int most) {
        return (seven + (0x80 - least) * EACH) & ~(seven + (0x7F - most) * EACH);
    }

    private static long equal(long seven, int character) {
        return ~((seven ^ character * EACH) + LOW_BITS);
    }

    /**
     * Up to eight bytes of a word, the first in the lowest byte, letters of ASCII in lower case. Of what may stand in a
     * word only both cases of a letter become the same, and characters beyond ASCII, which stay beyond it.
     */
    static long letters(byte[] text, int from, int length) {
        if (from + Long.BYTES <= text.length) {
            long mask = -1L >>> (Long.SIZE - Byte.SIZE * length);
            return ((long) EIGHT_BYTES.get(text, from) | CASE) & mask;
        }
        long letters = 0;
        for (int i = length - 1; i >= 0; i--) {
            letters = (letters << Byte.SIZE) | ((text[from + i] | 0x20) & 0xFF);
        }
        return letters;
    }
}
