package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;

/**
 * Knows where CUBE and ROLLUP are grouping sets: in GROUP BY and in its GROUPING SETS, outside of other parentheses.
 */
final class GroupBy {
    private static final int NOWHERE = -1;
    /** The depth of the GROUP BY, and of the sets within it where the scan is. */
    private int clause = NOWHERE;

    private int sets = NOWHERE;

    void begin() {
        clause = NOWHERE;
        sets = NOWHERE;
    }

    void word(Tokens tokens, Keyword keyword, int token, int from, int depth) {
        switch (keyword) {
            case BY -> {
                if (isBehindGroup(tokens, token, from)) {
                    clause = depth;
                    sets = depth;
                }
            }
            case SELECT, FROM, WHERE, HAVING, WINDOW, ORDER, LIMIT, OFFSET, FETCH, FOR, UNION, INTERSECT, EXCEPT ->
                begin();
            case ON, USING, RETURNING, INTO, VALUES, WITH, WITHIN, FILTER, OVER -> begin();
            default -> {}
        }
    }

    /** {@code SELECT t.group by, …} has a column GROUP and a label BY. */
    private static boolean isBehindGroup(Tokens tokens, int by, int from) {
        return by - 1 > from && tokens.is(by - 1, Keyword.GROUP) && !tokens.is(by - 2, TokenKind.DOT);
    }

    /** A parenthesis was opened, and {@code depth} is that of what stands in it. */
    void open(Tokens tokens, int open, int from, int depth) {
        if (sets == depth - 1
                && sets != NOWHERE
                && open - 2 >= from
                && tokens.is(open - 1, Keyword.SETS)
                && tokens.is(open - 2, Keyword.GROUPING)) {
            sets = depth;
        }
    }

    /** A parenthesis was closed, and {@code depth} is that of what stands around it. */
    void close(int depth) {
        if (depth < clause) {
            begin();
        } else if (sets > depth) {
            sets = depth;
        }
    }

    /** Whether CUBE or ROLLUP stands at {@code token} as an item of the clause, and not within an expression. */
    boolean isGrouping(Tokens tokens, Keyword keyword, int token, int depth) {
        if (sets != depth || sets == NOWHERE || (keyword != Keyword.CUBE && keyword != Keyword.ROLLUP)) {
            return false;
        }
        int before = token - 1;
        return tokens.is(before, TokenKind.COMMA)
                || tokens.is(before, TokenKind.LEFT_PARENTHESIS)
                || tokens.is(before, Keyword.BY)
                || tokens.is(before, Keyword.ALL)
                || tokens.is(before, Keyword.DISTINCT);
    }
}
