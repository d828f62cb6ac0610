package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import org.jspecify.annotations.Nullable;

/** Questions about tokens in a range. */
final class Ranges {
    static final int NONE = -1;

    private Ranges() {}

    /** Whether a token can begin a name where the grammar says {@code ColId}. */
    static boolean isName(Tokens tokens, int token) {
        Keyword keyword = tokens.keyword(token);
        if (keyword != null) {
            return Words.canBeName(keyword);
        }
        TokenKind kind = tokens.kind(token);
        return kind == TokenKind.IDENTIFIER || kind.isQuotedName();
    }

    /** Whether a token is an operator of one character. */
    static boolean isOperator(Tokens tokens, int token, char operator) {
        int start = tokens.start(token);
        return tokens.end(token) == start + 1 && tokens.text()[start] == operator;
    }

    /**
     * The name that a token stands for.
     *
     * @return null if it has none, or an escape of Unicode that the range does not hold to its end
     */
    static @Nullable String name(Tokens tokens, int token, int to) {
        if (tokens.is(token, TokenKind.UNICODE_IDENTIFIER)
                && tokens.is(token + 1, Keyword.UESCAPE)
                && token + 2 >= to) {
            return null;
        }
        return Names.name(tokens, token);
    }

    /** The parenthesis that closes the one at {@code open}, or {@link #NONE} if it stands open. */
    static int closing(Tokens tokens, int open, int to) {
        int depth = 0;
        for (int token = open; token < to; token++) {
            if (tokens.is(token, TokenKind.LEFT_PARENTHESIS)) {
                depth++;
            } else if (tokens.is(token, TokenKind.RIGHT_PARENTHESIS) && --depth == 0) {
                return token;
            }
        }
        return NONE;
    }
}
