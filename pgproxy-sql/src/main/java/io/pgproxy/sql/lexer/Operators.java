package io.pgproxy.sql.lexer;

/** Where an operator ends: the rule {@code operator} of {@code scan.l}. */
final class Operators {
    private Operators() {}

    /** The end of the operator that begins at {@code start}, which is no comment. */
    static int end(byte[] text, int start, int to) {
        int end = start;
        boolean free = false;
        while (end < to && CharClass.is(text[end], CharClass.OPERATOR) && !beginsComment(text, end, to)) {
            free |= CharClass.is(text[end], CharClass.FREE_OPERATOR);
            end++;
        }
        // So that "a=-1" needs no blank. The standard's characters alone must not end in a sign; the first one stays.
        if (!free) {
            while (end - start > 1 && (text[end - 1] == '+' || text[end - 1] == '-')) {
                end--;
            }
        }
        return end;
    }

    private static boolean beginsComment(byte[] text, int at, int to) {
        return at + 1 < to && ((text[at] == '-' && text[at + 1] == '-') || (text[at] == '/' && text[at + 1] == '*'));
    }
}
