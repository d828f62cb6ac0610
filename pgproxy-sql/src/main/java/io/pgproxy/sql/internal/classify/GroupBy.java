package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.util.EnumSet;
import java.util.Set;

/**
 * Knows where CUBE and ROLLUP are grouping sets: in GROUP BY and in its GROUPING SETS, outside of other parentheses.
 */
final class GroupBy {
    private static final Set<Keyword> ENDS = EnumSet.of(
            Keyword.SELECT,
            Keyword.FROM,
            Keyword.WHERE,
            Keyword.HAVING,
            Keyword.WINDOW,
            Keyword.ORDER,
            Keyword.LIMIT,
            Keyword.OFFSET,
            Keyword.FETCH,
            Keyword.FOR,
            Keyword.UNION,
            Keyword.INTERSECT,
            Keyword.EXCEPT,
            Keyword.ON,
            Keyword.USING,
            Keyword.RETURNING,
            Keyword.INTO,
            Keyword.VALUES,
            Keyword.WITH,
            Keyword.WITHIN,
            Keyword.FILTER,
            Keyword.OVER);
    /** What {@link #word} has to see while the clause {@link #isOpen}; else BY is enough. */
    static final Set<Keyword> WORDS = with(ENDS, Keyword.BY);

    private static final int NOWHERE = -1;
    /** The depth of the GROUP BY, and of the sets within it where the scan is. */
    private int clause = NOWHERE;

    private int sets = NOWHERE;

    private static Set<Keyword> with(Set<Keyword> some, Keyword more) {
        Set<Keyword> all = EnumSet.copyOf(some);
        all.add(more);
        return all;
    }

    void begin() {
        clause = NOWHERE;
        sets = NOWHERE;
    }

    /** Whether there is a clause that a word may end. */
    boolean isOpen() {
        return clause != NOWHERE;
    }

    void word(Tokens tokens, Keyword keyword, int token, int from, int depth) {
        if (keyword != Keyword.BY) {
            if (ENDS.contains(keyword)) {
                begin();
            }
        } else if (isBehindGroup(tokens, token, from)) {
            clause = depth;
            sets = depth;
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
