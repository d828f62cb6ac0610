package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.TokenSet;
import io.pgproxy.sql.lexer.Tokens;
import java.util.EnumSet;

/**
 * What the tokens of a query do, wherever they stand in it. Every statement that writes and can be part of a query has
 * {@code INTO}, {@code DELETE FROM} or {@code UPDATE} with the beginning of a relation in it, and every row lock
 * {@code FOR} with its strength; the record "Reading is decided from tokens" derives that from the grammar. It errs
 * towards writing: {@code SELECT delete FROM t} makes a write.
 */
final class QueryScan {
    private static final TokenSet NOTED = TokenSet.of(
            EnumSet.of(TokenKind.LEFT_PARENTHESIS, TokenKind.RIGHT_PARENTHESIS, TokenKind.SEMICOLON),
            EnumSet.of(Keyword.INTO, Keyword.DELETE, Keyword.UPDATE, Keyword.FOR, Keyword.WHERE));

    private boolean broken;
    private boolean into;
    private boolean changes;
    private boolean locks;
    private boolean where;
    private boolean temporary;

    /** Looks at all tokens from {@code from} up to, not including, {@code to}. */
    QueryScan scan(Tokens tokens, int from, int to) {
        broken = false;
        into = false;
        changes = false;
        locks = false;
        where = false;
        temporary = false;
        int depth = 0;
        for (int token = tokens.next(NOTED, from, to); token < to; token = tokens.next(NOTED, token + 1, to)) {
            Keyword keyword = tokens.keyword(token);
            if (keyword != null) {
                if (!isLabel(tokens, token, from)) {
                    word(tokens, keyword, token, from, to, depth);
                }
            } else if (tokens.is(token, TokenKind.LEFT_PARENTHESIS)) {
                depth++;
            } else if (tokens.is(token, TokenKind.RIGHT_PARENTHESIS)) {
                depth--;
                broken |= depth < 0;
            } else if (tokens.is(token, TokenKind.SEMICOLON)) {
                broken = true;
            }
        }
        broken |= depth != 0;
        return this;
    }

    private void word(Tokens tokens, Keyword keyword, int token, int from, int to, int depth) {
        boolean hasNext = token + 1 < to;
        switch (keyword) {
            case INTO -> {
                boolean ofStatement =
                        token > from && (tokens.is(token - 1, Keyword.INSERT) || tokens.is(token - 1, Keyword.MERGE));
                into |= !ofStatement;
                temporary |= !ofStatement && Temporary.isInto(tokens, token, to);
                changes |= ofStatement;
            }
            case DELETE -> changes |= hasNext && tokens.is(token + 1, Keyword.FROM);
            case UPDATE -> {
                if (!isLock(tokens, token, from)) {
                    changes |= hasNext && (tokens.is(token + 1, Keyword.ONLY) || Ranges.isName(tokens, token + 1));
                }
            }
            case FOR -> locks |= beginsLock(tokens, token, to);
            case WHERE -> where |= depth == 0 && token > from;
            default -> {}
        }
    }

    /**
     * Whether the word is a name because of what stands in front of it: a dot, or AS where that is none itself
     * ({@code SELECT 1 AS as INTO t}).
     */
    private static boolean isLabel(Tokens tokens, int token, int from) {
        if (token - 1 < from) {
            return false;
        }
        if (tokens.is(token - 1, TokenKind.DOT)) {
            return true;
        }
        return token - 2 >= from
                && tokens.is(token - 1, Keyword.AS)
                && !tokens.is(token - 2, Keyword.AS)
                && !tokens.is(token - 2, TokenKind.DOT);
    }

    /** Whether the words in front of an UPDATE are FOR or FOR NO KEY. */
    private static boolean isLock(Tokens tokens, int update, int from) {
        int before = update - 1;
        if (before - 1 >= from && tokens.is(before, Keyword.KEY) && tokens.is(before - 1, Keyword.NO)) {
            before -= 2;
        }
        return before >= from && tokens.is(before, Keyword.FOR);
    }

    private static boolean beginsLock(Tokens tokens, int forWord, int to) {
        int next = forWord + 1;
        if (next >= to) {
            return false;
        }
        if (tokens.is(next, Keyword.UPDATE) || tokens.is(next, Keyword.SHARE)) {
            return true;
        }
        if (next + 1 < to && tokens.is(next, Keyword.KEY)) {
            return tokens.is(next + 1, Keyword.SHARE);
        }
        return next + 2 < to
                && tokens.is(next, Keyword.NO)
                && tokens.is(next + 1, Keyword.KEY)
                && tokens.is(next + 2, Keyword.UPDATE);
    }

    /** The strictest of all that was found. */
    Access access() {
        if (broken) {
            return Access.UNKNOWN;
        }
        if (into || changes) {
            return Access.WRITE;
        }
        return locks ? Access.LOCK : Access.READ;
    }

    /** Whether a statement in it changes rows: INSERT, UPDATE, DELETE, MERGE. */
    boolean changes() {
        return changes;
    }

    /** Whether WHERE stands outside of all parentheses. */
    boolean where() {
        return where;
    }

    /** Whether SELECT INTO makes a temporary table. */
    boolean intoTemporary() {
        return temporary;
    }
}
