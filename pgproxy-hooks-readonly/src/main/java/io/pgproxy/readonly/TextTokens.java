package io.pgproxy.readonly;

import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a text once more, for rules that facts do not tell about; most texts need none. */
final class TextTokens {
    private TextTokens() {}

    /** The tokens, or null if the text cannot be read to its end. */
    static @Nullable Tokens of(String sql) {
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT).read(sql.getBytes(StandardCharsets.UTF_8), true, tokens);
        return tokens.problem() == null ? tokens : null;
    }
}
