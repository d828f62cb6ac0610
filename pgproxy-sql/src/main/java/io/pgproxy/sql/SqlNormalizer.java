package io.pgproxy.sql;

import io.pgproxy.sql.internal.text.CanonicalForm;
import io.pgproxy.sql.internal.text.Normalizer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.util.Arrays;

/**
 * Normalises one statement after the other and does nothing else with them: for what writes down all that runs, away
 * from where it runs. The same text comes out as {@link AnalyzedStatement#normalized} gives. To be used by one thread.
 */
public final class SqlNormalizer {
    private static final String UNREADABLE = "unreadable";

    private final Scratch scratch;
    private final CanonicalForm form = new CanonicalForm();

    /**
     * A normaliser.
     *
     * @param limits what is too complex, and {@code unreadable}
     */
    public SqlNormalizer(LexerLimits limits) {
        this.scratch = new Scratch(limits);
    }

    /**
     * {@return the statement with {@code ?} for each constant, without comments and without a semicolon at its end;
     * {@code unreadable} if it could not be read}
     *
     * @param sql one statement, with standard_conforming_strings on
     */
    public String normalized(String sql) {
        int length = scratch.encode(sql);
        if (length >= 0) {
            return normalized(Arrays.copyOf(scratch.encoded(), length));
        }
        SqlText text = SqlText.of(sql);
        return text.isEncodable() ? normalized(text.array()) : UNREADABLE;
    }

    private String normalized(byte[] text) {
        Tokens tokens = scratch.tokens();
        scratch.lexer().read(text, true, tokens);
        try {
            if (tokens.problem() != null) {
                return UNREADABLE;
            }
            int end = tokens.count();
            while (end > 0 && tokens.is(end - 1, TokenKind.SEMICOLON)) {
                end--;
            }
            form.clear();
            Normalizer.write(tokens, 0, end, form);
            return form.text();
        } finally {
            scratch.release();
        }
    }
}
