package io.pgproxy.sql.structure;

import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;

/** The tokens of a text, as texts. */
final class TokenTexts {
    private TokenTexts() {}

    static String[] of(String sql) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT).read(text, true, tokens);
        String[] texts = new String[tokens.count()];
        for (int token = 0; token < texts.length; token++) {
            int start = tokens.start(token);
            texts[token] = new String(text, start, tokens.end(token) - start, StandardCharsets.UTF_8);
        }
        return texts;
    }
}
