package io.pgproxy.cache;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The words that PostgreSQL reads as a time that passes, where a text becomes a date or time: {@code 'now'::timestamp}.
 * Whether a text becomes one is not always seen, so the word is enough.
 */
final class TimeWords {
    private static final List<String> WORDS = List.of("now", "today", "tomorrow", "yesterday");
    private static final int SHORTEST = 3;
    private static final int LONGEST = 9;

    private TimeWords() {}

    /** Whether one of the words stands in a text, in any case, with no ASCII letter before or behind it. */
    static boolean in(CharSequence text) {
        int start = 0;
        for (int at = 0; at <= text.length(); at++) {
            if (at == text.length() || !isLetter(text.charAt(at))) {
                if (at - start >= SHORTEST && at - start <= LONGEST && isWord(text, start, at)) {
                    return true;
                }
                start = at + 1;
            }
        }
        return false;
    }

    /** The same for bytes in an encoding in which ASCII is ASCII, such as those of a parameter. */
    static boolean in(byte[] text) {
        return in(new String(text, StandardCharsets.ISO_8859_1));
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isWord(CharSequence text, int start, int end) {
        for (String word : WORDS) {
            if (word.length() == end - start && matches(text, start, word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(CharSequence text, int start, String word) {
        for (int i = 0; i < word.length(); i++) {
            if ((text.charAt(start + i) | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
