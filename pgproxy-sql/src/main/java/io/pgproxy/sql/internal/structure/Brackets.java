package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.lexer.Keyword;
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
    static Brackets of(Tokens tokens, int last) {
        int[] partners = new int[last];
        int[] open = new int[last];
        int depth = 0;
        for (int token = 0; token < last; token++) {
            switch (tokens.kind(token)) {
                case LEFT_PARENTHESIS, LEFT_BRACKET -> open[depth++] = token;
                case RIGHT_PARENTHESIS, RIGHT_BRACKET -> {
                    if (depth == 0 || !fit(tokens, open[depth - 1], token)) {
                        throw new UnknownStructureException(Reason.NOT_READ, token);
                    }
                    partners[open[--depth]] = token;
                }
                case SEMICOLON -> throw new UnknownStructureException(Reason.NOT_READ, token);
                default -> {}
            }
        }
        if (depth > 0) {
            throw new UnknownStructureException(Reason.NOT_READ, open[depth - 1]);
        }
        return new Brackets(tokens, partners);
    }

    private static boolean fit(Tokens tokens, int open, int close) {
        return tokens.text()[tokens.start(open)] == '(' ^ tokens.text()[tokens.start(close)] == ']';
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
        Keyword next = tokens.keyword(behind);
        return behind == partners[open] || next != null && Words.AFTER_OPERAND.contains(next);
    }

    private boolean opens(int token) {
        return token < partners.length && tokens.is(token, io.pgproxy.sql.lexer.TokenKind.LEFT_PARENTHESIS);
    }
}
