package io.pgproxy.sql.lexer;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds the keyword that a word is: by its length and three of its letters, then by the others. */
final class KeywordTable {
    private static final int BITS = 12;
    private static final int SIZE = 1 << BITS;
    private static final int SPREAD = 0x9E37_79B1;
    private static final byte[][] WORDS = new byte[SIZE][];
    private static final Keyword[] KEYWORDS = new Keyword[SIZE];
    private static final int LONGEST;

    static {
        int longest = 0;
        for (Keyword keyword : Keyword.values()) {
            byte[] word = keyword.word().getBytes(StandardCharsets.US_ASCII);
            int slot = slot(word, 0, word.length);
            while (KEYWORDS[slot] != null) {
                slot = next(slot);
            }
            KEYWORDS[slot] = keyword;
            WORDS[slot] = word;
            longest = Math.max(longest, word.length);
        }
        LONGEST = longest;
    }

    private KeywordTable() {}

    /** The keyword that the word between two offsets is, or null. */
    static @Nullable Keyword find(byte[] text, int start, int end) {
        if (end - start > LONGEST) {
            return null;
        }
        int slot = slot(text, start, end);
        byte[] word = WORDS[slot];
        while (word != null) {
            if (matches(word, text, start, end)) {
                return KEYWORDS[slot];
            }
            slot = next(slot);
            word = WORDS[slot];
        }
        return null;
    }

    /** The same for both cases of a letter. Few keywords agree in length and in their first, middle and last letter. */
    private static int slot(byte[] text, int start, int end) {
        int length = end - start;
        int letters = (text[start] & 0x1F) | (text[start + length / 2] & 0x1F) << 5 | (text[end - 1] & 0x1F) << 10;
        return ((letters | length << 15) * SPREAD) >>> (Integer.SIZE - BITS);
    }

    private static int next(int slot) {
        return (slot + 1) % SIZE;
    }

    /**
     * As {@code ScanKeywordLookup} does, only the letters of ASCII have two cases; these are one bit apart, and names
     * hold no other character that is this bit apart from one of a keyword.
     */
    private static boolean matches(byte[] word, byte[] text, int start, int end) {
        if (word.length != end - start) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            int difference = text[start + i] ^ word[i];
            if (difference != 0 && difference != 0x20) {
                return false;
            }
        }
        return true;
    }
}
