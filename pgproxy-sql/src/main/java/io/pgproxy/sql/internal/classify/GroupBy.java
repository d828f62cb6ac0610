package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.lexer.Keyword;
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

    void word(Keyword keyword, int depth) {
        switch (keyword) {
            case GROUP -> {
                clause = depth;
                sets = depth;
            }
            case SELECT, HAVING, WINDOW, ORDER, LIMIT, OFFSET, FETCH, FOR, UNION, INTERSECT, EXCEPT, FILTER, OVER ->
                begin();
            default -> {}
        }
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

    boolean isGrouping(Keyword keyword, int depth) {
        return sets == depth && sets != NOWHERE && (keyword == Keyword.CUBE || keyword == Keyword.ROLLUP);
    }
}
