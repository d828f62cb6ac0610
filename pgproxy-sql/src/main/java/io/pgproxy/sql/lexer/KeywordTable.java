package io.pgproxy.sql.lexer;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Finds the keyword in a text by the hash that the lexer makes while it walks over the word. */
@SuppressWarnings("EnumOrdinal") // an index for arrays, within one run
final class KeywordTable {
    private static final int SIZE = 4096;
    private static final Keyword[] SLOTS = new Keyword[SIZE];
    private static final byte[][] WORDS = new byte[Keyword.total()][];
    static final int LONGEST;

    static {
        int longest = 0;
        for (Keyword keyword : Keyword.values()) {
            byte[] word = keyword.word().getBytes(StandardCharsets.US_ASCII);
            WORDS[keyword.ordinal()] = word;
            longest = Math.max(longest, word.length);
            int hash = 0;
            for (byte letter : word) {
                hash = hash(hash, letter);
            }
            int slot = slot(hash);
            while (SLOTS[slot] != null) {
                slot = (slot + 1) % SIZE;
            }
            SLOTS[slot] = keyword;
        }
        LONGEST = longest;
    }

    private KeywordTable() {}

    /** The hash of a word with one more letter; the same for both cases of a letter. */
    static int hash(int before, int letter) {
        return before * 31 + (letter | 0x20);
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 12) & SIZE - 1;
    }

    static @Nullable Keyword find(byte[] text, int start, int end, int hash) {
        int slot = slot(hash);
        Keyword found = SLOTS[slot];
        while (found != null) {
            if (matches(WORDS[found.ordinal()], text, start, end)) {
                return found;
            }
            slot = (slot + 1) % SIZE;
            found = SLOTS[slot];
        }
        return null;
    }

    /** As {@code ScanKeywordLookup} does: only the letters of ASCII have two cases. */
    private static boolean matches(byte[] word, byte[] text, int start, int end) {
        if (word.length != end - start) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            byte letter = text[start + i];
            if (letter != word[i] && (letter < 'A' || letter > 'Z' || letter + 0x20 != word[i])) {
                return false;
            }
        }
        return true;
    }
}
