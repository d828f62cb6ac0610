package io.pgproxy.readonly;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import org.jspecify.annotations.Nullable;

/**
 * EXPLAIN that certainly runs nothing: without ANALYZE in any spelling. See {@code ExplainStmt} of gram.y and
 * {@code ExplainQuery} of explain.c.
 */
final class PlanOnly {
    private PlanOnly() {}

    /**
     * Whether a text is the EXPLAIN of INSERT, UPDATE, DELETE, MERGE or of a row lock, and no more than a plan of it.
     */
    static boolean is(Facts facts, String sql) {
        Facts inner = facts.inner();
        if (facts.kind() != StatementKind.EXPLAIN || inner == null || !isOfRows(inner.kind())) {
            return false;
        }
        Tokens tokens = TextTokens.of(sql);
        return tokens != null && tokens.is(0, Keyword.EXPLAIN) && !mayRun(tokens);
    }

    /** CREATE TABLE AS is not among them: READ ONLY does not stop EXPLAIN of it. */
    private static boolean isOfRows(StatementKind kind) {
        return switch (kind) {
            case INSERT, UPDATE, DELETE, MERGE, SELECT_WRITING, SELECT_FOR_LOCK -> true;
            default -> false;
        };
    }

    private static boolean mayRun(Tokens tokens) {
        if (tokens.is(1, TokenKind.LEFT_PARENTHESIS) && !isQuery(tokens, 2)) {
            return optionsMayRun(tokens);
        }
        return tokens.is(1, Keyword.ANALYZE) || tokens.is(1, Keyword.ANALYSE);
    }

    private static boolean isQuery(Tokens tokens, int token) {
        return tokens.is(token, Keyword.SELECT)
                || tokens.is(token, Keyword.WITH)
                || tokens.is(token, Keyword.TABLE)
                || (tokens.is(token, Keyword.VALUES) && tokens.is(token + 1, TokenKind.LEFT_PARENTHESIS))
                || tokens.is(token, TokenKind.LEFT_PARENTHESIS);
    }

    /** Its value is not looked at: {@code ANALYZE false} is refused too. */
    private static boolean optionsMayRun(Tokens tokens) {
        for (int token = 2; token < tokens.count(); token++) {
            if (tokens.is(token, TokenKind.RIGHT_PARENTHESIS)) {
                return false;
            }
            if (isAnalyze(tokens, token)) {
                return true;
            }
        }
        return true;
    }

    private static boolean isAnalyze(Tokens tokens, int token) {
        @Nullable String name = Names.name(tokens, token);
        return name == null
                ? tokens.is(token, TokenKind.UNICODE_IDENTIFIER)
                : name.equals("analyze") || name.equals("analyse");
    }
}
