package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;

/** Steps over {@code with_clause} of the grammar, to the statement behind it. */
final class WithClause {
    private WithClause() {}

    /** Whether the clause was understood; the cursor then stands at the main statement. */
    static boolean skip(Cursor cursor) {
        if (!cursor.take(Keyword.WITH)) {
            return false;
        }
        boolean isName = cursor.is(1, Keyword.AS) || cursor.is(1, TokenKind.LEFT_PARENTHESIS);
        if (!isName) {
            cursor.take(Keyword.RECURSIVE);
        }
        do {
            if (!expression(cursor)) {
                return false;
            }
        } while (cursor.take(TokenKind.COMMA));
        return true;
    }

    private static boolean expression(Cursor cursor) {
        if (cursor.takeName() == null) {
            return false;
        }
        cursor.takeParentheses();
        if (!cursor.take(Keyword.AS)) {
            return false;
        }
        cursor.take(Keyword.NOT);
        cursor.take(Keyword.MATERIALIZED);
        return cursor.takeParentheses() && search(cursor) && cycle(cursor);
    }

    private static boolean search(Cursor cursor) {
        if (!cursor.take(Keyword.SEARCH)) {
            return true;
        }
        boolean order = cursor.take(Keyword.DEPTH) || cursor.take(Keyword.BREADTH);
        return order && cursor.take(Keyword.FIRST, Keyword.BY) && columns(cursor) && named(cursor, Keyword.SET);
    }

    private static boolean cycle(Cursor cursor) {
        if (!cursor.take(Keyword.CYCLE)) {
            return true;
        }
        if (!columns(cursor) || !named(cursor, Keyword.SET)) {
            return false;
        }
        if (cursor.take(Keyword.TO)) {
            // Two constants of any form, TO and DEFAULT in front of them; USING is reserved.
            while (!cursor.atEnd() && !cursor.is(Keyword.USING)) {
                if (!cursor.takeParentheses()) {
                    cursor.skip();
                }
            }
        }
        return named(cursor, Keyword.USING);
    }

    private static boolean columns(Cursor cursor) {
        do {
            if (cursor.takeName() == null) {
                return false;
            }
        } while (cursor.take(TokenKind.COMMA));
        return true;
    }

    private static boolean named(Cursor cursor, Keyword word) {
        return cursor.take(word) && cursor.takeName() != null;
    }
}
