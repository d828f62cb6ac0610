package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;

/** Words that could be functions but are none where they stand. */
final class KeywordNoise {
    private KeywordNoise() {}

    /** Whether a keyword in front of a parenthesis is part of some other phrase. */
    static boolean isNoCall(Tokens tokens, Keyword keyword, int token, int from, int to, boolean closedLead) {
        int before = token - 1;
        if (before < from) {
            return true;
        }
        return switch (keyword) {
            case MATERIALIZED -> tokens.is(before, Keyword.NOT) && before > from && tokens.is(before - 1, Keyword.AS);
            case LIKE, ILIKE ->
                tokens.is(before, Keyword.NOT) && before > from && isOperand(tokens, before - 1, closedLead);
            case OPERATOR -> isOperator(tokens, token + 2, to);
            default -> false;
        };
    }

    private static boolean isOperand(Tokens tokens, int token, boolean closedLead) {
        return switch (tokens.kind(token)) {
            case RIGHT_PARENTHESIS -> !closedLead;
            case IDENTIFIER, QUOTED_IDENTIFIER, STRING, ESCAPE_STRING, PARAMETER, INTEGER, NUMERIC, RIGHT_BRACKET ->
                true;
            default -> false;
        };
    }

    /** Whether {@code schema.+} stands there, as in {@code OPERATOR(schema.+)}. */
    private static boolean isOperator(Tokens tokens, int first, int to) {
        Cursor cursor = new Cursor(tokens, first, to);
        while (cursor.takeName() != null) {
            if (!cursor.take(TokenKind.DOT)) {
                return false;
            }
        }
        return cursor.is(TokenKind.OPERATOR) && cursor.is(1, TokenKind.RIGHT_PARENTHESIS);
    }

    /** Whether {@code ON CONFLICT (…) DO} stands there, ON at {@code on}. */
    static boolean isConflictTarget(Tokens tokens, int on, int token, int to) {
        if (!tokens.is(on, Keyword.ON) || !tokens.is(token, Keyword.CONFLICT)) {
            return false;
        }
        int close = Ranges.closing(tokens, token + 1, to);
        return close != Ranges.NONE && close + 1 < to && tokens.is(close + 1, Keyword.DO);
    }
}
