package io.pgproxy.sql.lexer;

/** Where an operator ends: the rule {@code operator} of {@code scan.l}. */
final class Operators {
    private Operators() {}

    /** The end of the characters of operators that begin at {@code start}, where no comment does; one may end them. */
    static int runEnd(byte[] text, int start, int to) {
        int end = start + 1;
        while (end < to && CharClass.is(text[end], CharClass.OPERATOR) && !Comments.beginsAt(text, end, to)) {
            end++;
        }
        return end;
    }

    /**
     * The end of the first operator among these characters. All of them, but for signs at their end where none is of
     * those that standard SQL has no operator with, so that {@code a=-1} needs no blank; each of these signs is an
     * operator then.
     */
    static int end(byte[] text, int start, int runEnd) {
        int end = runEnd;
        while (end - start > 1 && (text[end - 1] == '+' || text[end - 1] == '-')) {
            end--;
        }
        return end < runEnd && hasFreeCharacter(text, start, end) ? runEnd : end;
    }

    private static boolean hasFreeCharacter(byte[] text, int start, int end) {
        for (int at = start; at < end; at++) {
            if (CharClass.is(text[at], CharClass.FREE_OPERATOR)) {
                return true;
            }
        }
        return false;
    }
}
