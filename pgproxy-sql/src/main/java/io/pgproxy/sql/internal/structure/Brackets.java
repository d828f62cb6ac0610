package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import io.pgproxy.sql.structure.UnknownTree.Reason;

/** Which parenthesis or bracket closes which. */
final class Brackets {
    private final Tokens tokens;
    private final int[] partners;

    private Brackets(Tokens tokens, int[] partners) {
        this.tokens = tokens;
        this.partners = partners;
    }

    /** Throws if they do not match each other; a semicolon is no part of a statement and throws too. */
    static Brackets of(Tokens tokens, int first, int last) {
        for (int token = first; token < last; token++) {
            if (tokens.is(token, TokenKind.SEMICOLON)) {
                throw new UnknownStructureException(Reason.NOT_READ, token);
            }
        }
        int[] partners = new int[last];
        int mismatch = match(tokens, first, last, partners);
        if (mismatch >= 0) {
            throw new UnknownStructureException(Reason.NOT_READ, mismatch);
        }
        return new Brackets(tokens, partners);
    }

    /** Whether each parenthesis and bracket among some tokens has its partner among them. */
    static boolean match(Tokens tokens, int first, int last) {
        return match(tokens, first, last, new int[last]) < 0;
    }

    /** The first token that has no partner, or -1. */
    private static int match(Tokens tokens, int first, int last, int[] partners) {
        int[] open = new int[last - first];
        int depth = 0;
        for (int token = first; token < last; token++) {
            switch (tokens.kind(token)) {
                case LEFT_PARENTHESIS, LEFT_BRACKET -> open[depth++] = token;
                case RIGHT_PARENTHESIS, RIGHT_BRACKET -> {
                    if (depth == 0 || !fit(tokens, open[depth - 1], token)) {
                        return token;
                    }
                    partners[open[--depth]] = token;
                }
                default -> {}
            }
        }
        return depth == 0 ? -1 : open[depth - 1];
    }

    private static boolean fit(Tokens tokens, int open, int close) {
        return tokens.is(open, TokenKind.LEFT_PARENTHESIS) == tokens.is(close, TokenKind.RIGHT_PARENTHESIS);
    }

    /** What closes the parenthesis or bracket that a token opens. */
    int partner(int open) {
        return partners[open];
    }

    /** Whether the parenthesis at a token is that of a query; that of a call never is, which is not looked at here. */
    boolean holdsQuery(int open) {
        int first = open + 1;
        Keyword keyword = first < partners.length ? tokens.keyword(first) : null;
        if (keyword != null) {
            return switch (keyword) {
                case SELECT, WITH, TABLE -> true;
                case VALUES -> opens(first + 1);
                default -> false;
            };
        }
        if (!opens(first) || !holdsQuery(first)) {
            return false;
        }
        int behind = partners[first] + 1;
        Keyword next = behind < partners.length ? tokens.keyword(behind) : null;
        return behind == partners[open] || (next != null && Words.AFTER_OPERAND.contains(next));
    }

    private boolean opens(int token) {
        return token < partners.length && tokens.is(token, TokenKind.LEFT_PARENTHESIS);
    }
}
