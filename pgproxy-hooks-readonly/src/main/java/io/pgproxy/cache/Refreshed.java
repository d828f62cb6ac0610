package io.pgproxy.cache;

import io.pgproxy.sql.QualifiedName;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads which view {@code REFRESH MATERIALIZED VIEW [CONCURRENTLY] name} names. */
final class Refreshed {
    private static final int WORDS = 3;

    private Refreshed() {}

    /** The view, or null if the text has an unusual form. */
    static @Nullable QualifiedName view(String sql) {
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT).read(sql.getBytes(StandardCharsets.UTF_8), true, tokens);
        if (tokens.problem() != null || !tokens.is(WORDS - 1, Keyword.VIEW)) {
            return null;
        }
        int at = tokens.is(WORDS, Keyword.CONCURRENTLY) ? WORDS + 1 : WORDS;
        if (tokens.is(at, TokenKind.UNICODE_IDENTIFIER) || tokens.is(at + 2, TokenKind.UNICODE_IDENTIFIER)) {
            return null;
        }
        String first = Names.name(tokens, at);
        if (first == null || !tokens.is(at + 1, TokenKind.DOT)) {
            return first == null ? null : new QualifiedName(null, first);
        }
        String second = Names.name(tokens, at + 2);
        return second == null || tokens.is(at + 3, TokenKind.DOT) ? null : new QualifiedName(first, second);
    }
}
