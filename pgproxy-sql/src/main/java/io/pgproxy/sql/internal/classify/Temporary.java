package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;

/** Tells temporary objects where they are made: by the word or by the schema. */
final class Temporary {
    private static final String SCHEMA = "pg_temp";

    private Temporary() {}

    /** Whether {@code INTO} is followed by a temporary table: {@code OptTempTableName} of the grammar. */
    static boolean isInto(Tokens tokens, int into, int to) {
        Cursor cursor = new Cursor(tokens, into + 1, to);
        if (isWord(cursor)) {
            return true;
        }
        cursor.take(Keyword.TABLE);
        return isSchema(cursor);
    }

    /** Whether TEMP or TEMPORARY stands here, LOCAL or GLOBAL in front of it. */
    static boolean isWord(Cursor cursor) {
        int word = cursor.is(Keyword.LOCAL) || cursor.is(Keyword.GLOBAL) ? 1 : 0;
        return cursor.is(word, Keyword.TEMP) || cursor.is(word, Keyword.TEMPORARY);
    }

    /** Whether a name in the schema of temporary objects stands here; {@code pg_temp_3} is one of them. */
    static boolean isSchema(Cursor cursor) {
        String schema = cursor.takeName();
        return schema != null && schema.startsWith(SCHEMA) && cursor.is(TokenKind.DOT);
    }
}
