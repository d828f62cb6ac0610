package io.pgproxy.hook.ready;

import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks for a pattern in a client's text for so long only: a text can be made to fit a pattern's worst case. */
enum BoundedMatch {
    YES,
    NO,
    /** The text was too long, or it took too long. */
    UNDECIDED;

    private static final int LONGEST = 8192;
    /** Some milliseconds. */
    private static final int MOST_LOOKS = 1_000_000;

    static BoundedMatch find(Pattern pattern, String text) {
        return decide(pattern, text, Matcher::find);
    }

    static BoundedMatch matches(Pattern pattern, String text) {
        return decide(pattern, text, Matcher::matches);
    }

    private static BoundedMatch decide(Pattern pattern, String text, Predicate<Matcher> question) {
        if (text.length() > LONGEST) {
            return UNDECIDED;
        }
        try {
            return question.test(pattern.matcher(new Looks(text))) ? YES : NO;
        } catch (TooManyLooks | StackOverflowError tooMuch) {
            return UNDECIDED;
        }
    }

    /** A text that can be looked at so often. */
    private static final class Looks implements CharSequence {
        private final String text;
        private int looks;

        Looks(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++looks > MOST_LOOKS) {
                throw new TooManyLooks();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooManyLooks extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyLooks() {
            super("", null, false, false);
        }
    }
}
