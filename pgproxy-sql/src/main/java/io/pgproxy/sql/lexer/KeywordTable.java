package io.pgproxy.sql.lexer;

import java.nio.charset.StandardCharsets;

/** Finds the keyword that a word is, by its first and last eight letters and its length. */
@SuppressWarnings("EnumOrdinal") // an index for arrays, within one run
final class KeywordTable {
    static final int NONE = -1;

    private static final int BITS = 10;
    private static final int SIZE = 1 << BITS;
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
    private static final int HALF = Long.BYTES;
    /** A word of up to this length is known when its halves are; of longer ones the middle is compared too. */
    private static final int WHOLE = 2 * HALF;

    /** No word has this head. */
    private static final long FREE = 0;

    private static final long[] HEADS = new long[SIZE];
    private static final long[] TAILS = new long[SIZE];
    private static final short[] ORDINALS = new short[SIZE];
    private static final Keyword[] KEYWORDS = Keyword.values();
    private static final int LONGEST;

    static {
        int longest = 0;
        for (Keyword keyword : KEYWORDS) {
            byte[] word = bytes(keyword);
            long head = head(word, 0, word.length);
            long tail = tail(word, 0, word.length);
            int slot = slot(head, tail);
            while (HEADS[slot] != FREE) {
                slot = next(slot);
            }
            HEADS[slot] = head;
            TAILS[slot] = tail;
            ORDINALS[slot] = (short) keyword.ordinal();
            longest = Math.max(longest, word.length);
        }
        LONGEST = longest;
    }

    private KeywordTable() {}

    private static byte[] bytes(Keyword keyword) {
        return keyword.word().getBytes(StandardCharsets.US_ASCII);
    }

    /** The ordinal of the keyword that has these letters, fewer than eight, or {@link #NONE}. */
    static int find(long letters) {
        int slot = slot(letters, 0);
        long known = HEADS[slot];
        while (known != FREE) {
            if (known == letters) {
                return ORDINALS[slot]; // the head of a longer word has eight letters
            }
            slot = next(slot);
            known = HEADS[slot];
        }
        return NONE;
    }

    /** The ordinal of the keyword that the word between two offsets is, or {@link #NONE}. */
    static int find(byte[] text, int start, int end) {
        int length = end - start;
        if (length > LONGEST) {
            return NONE;
        }
        long head = head(text, start, length);
        long tail = tail(text, start, length);
        int slot = slot(head, tail);
        long known = HEADS[slot];
        while (known != FREE) {
            if (known == head && TAILS[slot] == tail && (length <= WHOLE || isWhole(slot, text, start, length))) {
                return ORDINALS[slot];
            }
            slot = next(slot);
            known = HEADS[slot];
        }
        return NONE;
    }

    private static long head(byte[] text, int start, int length) {
        return WordScan.letters(text, start, Math.min(length, HALF));
    }

    /**
     * The letters behind the head with the length above them; of a long word the last ones. Of a short one, nothing.
     */
    private static long tail(byte[] text, int start, int length) {
        if (length <= HALF) {
            return 0;
        }
        int from = length > WHOLE ? length - HALF : HALF;
        return WordScan.letters(text, start + from, length - from) + length * SPREAD;
    }

    private static boolean isWhole(int slot, byte[] text, int start, int length) {
        byte[] word = bytes(KEYWORDS[ORDINALS[slot]]);
        if (word.length != length) {
            return false;
        }
        for (int i = HALF; i < length - HALF; i++) {
            if ((text[start + i] | 0x20) != (word[i] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private static int slot(long head, long tail) {
        return (int) (((head ^ tail) * SPREAD) >>> (Long.SIZE - BITS));
    }

    private static int next(int slot) {
        return (slot + 1) & (SIZE - 1);
    }
}
