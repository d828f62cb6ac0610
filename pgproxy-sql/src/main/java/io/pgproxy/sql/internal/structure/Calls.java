package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.structure.FunctionCall;
import org.jspecify.annotations.Nullable;

/** Reads calls and what they are given. */
final class Calls {
    private Calls() {}

    /** A call by the name just read; its parenthesis opens here. */
    static void named(Cursor cursor, Context context, Path path, boolean inFrom) {
        if (path.names().size() > 2) {
            throw cursor.unread();
        }
        cursor.reading.callTokens.set(path.first());
        add(cursor, context, path.qualifier(), path.name(), false, path.first(), path.behind(), inFrom);
    }

    /** A call whose word is a keyword, with or without parentheses. */
    static void grammar(Cursor cursor, Context context, Keyword keyword) {
        int first = cursor.at++;
        add(cursor, context, null, keyword.word(), true, first, cursor.at, false);
    }

    private static void add(
            Cursor cursor,
            Context context,
            @Nullable String schema,
            String name,
            boolean grammar,
            int first,
            int behind,
            boolean inFrom) {
        if (cursor.is(TokenKind.LEFT_PARENTHESIS)) {
            ExpressionReader.inner(cursor, context);
        }
        cursor.reading.functions.add(new FunctionCall(
                schema,
                name,
                grammar,
                cursor.reading.span(first, behind),
                cursor.reading.span(first, cursor.at),
                inFrom,
                context.level()));
    }

    /** The number of the parameter here; one that is no int is refused by the server. */
    static int number(Cursor cursor) {
        long number = 0;
        byte[] text = cursor.tokens.text();
        for (int at = cursor.tokens.start(cursor.at) + 1; at < cursor.tokens.end(cursor.at); at++) {
            if (text[at] >= '0' && text[at] <= '9') {
                number = number * 10 + text[at] - '0';
            }
            if (number > Integer.MAX_VALUE) {
                throw cursor.unread();
            }
        }
        return (int) number;
    }
}
