package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;

/** Tells {@code , name(a, b) AS (SELECT …)} of a WITH from {@code , f(a, b) AS (c int)} of a FROM. */
final class CteColumns {
    private CteColumns() {}

    static boolean isAt(Tokens tokens, int open, int to) {
        Cursor cursor = new Cursor(tokens, open + 1, to);
        do {
            if (cursor.takeName() == null) {
                return false;
            }
        } while (cursor.take(TokenKind.COMMA));
        if (!cursor.take(TokenKind.RIGHT_PARENTHESIS) || !cursor.take(Keyword.AS)) {
            return false;
        }
        if (cursor.take(Keyword.NOT)) {
            return cursor.is(Keyword.MATERIALIZED); // no alias: NOT is reserved
        }
        cursor.take(Keyword.MATERIALIZED);
        return cursor.take(TokenKind.LEFT_PARENTHESIS) && beginsStatement(cursor);
    }

    /** No list of columns begins so: the first words are reserved, and no type stands behind the others. */
    private static boolean beginsStatement(Cursor cursor) {
        return cursor.is(Keyword.SELECT)
                || cursor.is(Keyword.WITH)
                || cursor.is(Keyword.TABLE)
                || cursor.is(TokenKind.LEFT_PARENTHESIS)
                || (cursor.is(Keyword.VALUES) && cursor.is(1, TokenKind.LEFT_PARENTHESIS))
                || (cursor.is(Keyword.INSERT) && cursor.is(1, Keyword.INTO))
                || (cursor.is(Keyword.MERGE) && cursor.is(1, Keyword.INTO))
                || (cursor.is(Keyword.DELETE) && cursor.is(1, Keyword.FROM));
    }
}
