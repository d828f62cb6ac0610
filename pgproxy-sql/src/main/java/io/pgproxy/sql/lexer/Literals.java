package io.pgproxy.sql.lexer;

/**
 * Finds the ends of what is quoted. Each method takes the offset behind the opening quote and gives the one behind the
 * closing quote, or {@link #NONE} if there is none.
 */
final class Literals {
    static final int NONE = -1;

    /** What stands for a quote within a string, and what does not. */
    enum Quoting {
        /** {@code ''} only. */
        DOUBLED,
        /** {@code ''} and {@code \'}: in E'' and wherever standard_conforming_strings is off. */
        BACKSLASH,
        /** Nothing: in B'' and X'' a second quote begins another string. */
        NONE
    }

    private Literals() {}

    /** A string with all its parts: {@code 'a'} NEWLINE {@code 'b'} is one string. */
    static int stringEnd(byte[] text, int from, int to, Quoting quoting) {
        int at = from;
        while (true) {
            at = quoteEnd(text, at, to, quoting);
            if (at == NONE) {
                return NONE;
            }
            int next = continuation(text, at, to);
            if (next == NONE) {
                return at;
            }
            at = next;
        }
    }

    static int quoteEnd(byte[] text, int from, int to, Quoting quoting) {
        int at = from;
        while (at < to) {
            byte c = text[at++];
            if (c == '\'') {
                if (quoting == Quoting.NONE || at == to || text[at] != '\'') {
                    return at;
                }
                at++;
            } else if (c == '\\' && quoting == Quoting.BACKSLASH) {
                at++;
            }
        }
        return NONE;
    }

    /**
     * The offset behind the quote that continues a string, or {@link #NONE}: scan.l's {@code quotecontinue} is white
     * space and comments of one line with at least one line end in it, then a quote.
     */
    static int continuation(byte[] text, int from, int to) {
        int at = from;
        boolean newline = false;
        while (at < to) {
            byte c = text[at];
            if (CharClass.is(c, CharClass.SPACE)) {
                newline |= CharClass.is(c, CharClass.NEWLINE);
                at++;
            } else if (c == '-' && at + 1 < to && text[at + 1] == '-') {
                at = Comments.lineEnd(text, at, to);
            } else {
                return newline && c == '\'' ? at + 1 : NONE;
            }
        }
        return NONE;
    }

    /** The end of a name in quotes. */
    static int identifierEnd(byte[] text, int from, int to) {
        int at = from;
        while (at < to) {
            if (text[at++] == '"') {
                if (at < to && text[at] == '"') {
                    at++;
                } else {
                    return at;
                }
            }
        }
        return NONE;
    }

    /** The offset behind the dollar that ends the tag beginning at {@code from}, or {@link #NONE} if it is no tag. */
    static int dollarTagEnd(byte[] text, int from, int to) {
        int at = from + 1;
        if (at < to && CharClass.is(text[at], CharClass.DIGIT)) {
            return NONE;
        }
        while (at < to && CharClass.is(text[at], CharClass.TAG_PART)) {
            at++;
        }
        return at < to && text[at] == '$' ? at + 1 : NONE;
    }

    /** The end of a string in dollars whose tag, dollars included, stands from {@code tag} to {@code from}. */
    static int dollarStringEnd(byte[] text, int tag, int from, int to) {
        int length = from - tag;
        int at = from;
        while (at + length <= to) {
            if (text[at] == '$' && same(text, tag, at, length)) {
                return at + length;
            }
            at++;
        }
        return NONE;
    }

    private static boolean same(byte[] text, int one, int other, int length) {
        for (int i = 1; i < length; i++) {
            if (text[one + i] != text[other + i]) {
                return false;
            }
        }
        return true;
    }
}
