package io.pgproxy.sql.internal.structure;

import static io.pgproxy.sql.lexer.Keyword.*;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Operators and predicates that JSqlParser lacks. */
final class Predicates {
    private static final Set<String> KNOWN_OPERATORS =
            Set.of("+", "-", "*", "/", "%", "^", "=", "<", ">", "<=", ">=", "<>", "!=", "||");

    private Predicates() {}

    /** The operator here, between operands or before one. */
    static void symbol(Cursor cursor, boolean between) {
        if (!between) {
            if (!isSign(cursor, cursor.at) || isSign(cursor, cursor.at - 1)) {
                cursor.reading.mark(cursor.at, Mark.DROP);
            }
        } else {
            int start = cursor.tokens.start(cursor.at);
            int length = cursor.tokens.end(cursor.at) - start;
            String operator = new String(cursor.tokens.text(), start, length, StandardCharsets.UTF_8);
            if (!KNOWN_OPERATORS.contains(operator)) {
                cursor.reading.mark(cursor.at, Mark.INFIX_OPERATOR);
            }
        }
    }

    private static boolean isSign(Cursor cursor, int token) {
        return cursor.isOperator(token, '-') || cursor.isOperator(token, '+');
    }

    /** {@code OPERATOR(schema.+)}, which begins here. */
    static void operator(Cursor cursor, boolean between) {
        int close = cursor.brackets.partner(cursor.at + 1);
        for (int token = cursor.at + 2; token < close; token++) {
            TokenKind kind = cursor.tokens.kind(token);
            boolean allowed =
                    kind == TokenKind.DOT || kind == TokenKind.OPERATOR || Words.isLabel(cursor.tokens, token);
            if (!allowed) {
                throw cursor.unread();
            }
        }
        cursor.reading.drop(cursor.at, close + 1);
        if (between) {
            cursor.reading.mark(cursor.at, Mark.INFIX_OPERATOR);
        }
        cursor.at = close + 1;
    }

    /** {@code USING <} of ORDER BY, which begins here. */
    static void ordering(Cursor cursor) {
        int start = cursor.at++;
        if (cursor.is(OPERATOR)) {
            operator(cursor, false);
        } else {
            cursor.expect(TokenKind.OPERATOR);
        }
        cursor.reading.drop(start, cursor.at);
    }

    /** {@code COLLATE schema.name}, which begins here. */
    static void collation(Cursor cursor) {
        int start = cursor.at++;
        Path.qualified(cursor);
        cursor.reading.drop(start, cursor.at);
    }

    /** WITH, which begins no query here; {@code WITH TIES} of FETCH is written otherwise. */
    static void ties(Cursor cursor) {
        if (cursor.isAt(cursor.at + 1, TIES)) {
            cursor.reading.mark(cursor.at++, Mark.DROP);
            cursor.reading.mark(cursor.at, Mark.TIES);
        }
        cursor.at++;
    }

    /** {@code IS [NOT] …}, which begins here. */
    static void is(Cursor cursor) {
        cursor.expect(IS);
        cursor.accept(NOT);
        Keyword keyword = cursor.keyword();
        if (keyword == null) {
            throw cursor.unread();
        }
        switch (keyword) {
            case NULL, TRUE, FALSE -> cursor.at++;
            case UNKNOWN, DOCUMENT, NORMALIZED -> predicate(cursor);
            case NFC, NFD, NFKC, NFKD -> {
                cursor.reading.mark(cursor.at++, Mark.DROP);
                if (!cursor.is(NORMALIZED)) {
                    throw cursor.unread();
                }
                predicate(cursor);
            }
            case DISTINCT -> {
                cursor.at++;
                cursor.expect(FROM);
            }
            default -> throw cursor.unread();
        }
    }

    private static void predicate(Cursor cursor) {
        cursor.reading.mark(cursor.at++, Mark.PREDICATE);
    }
}
