package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FactsBuilder;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import org.jspecify.annotations.Nullable;

/**
 * {@code ExplainStmt} of the grammar. Options are not looked at: ANALYZE can be spelt in many ways, and the last of
 * several counts.
 */
final class ExplainStatements {
    private final Preparables preparables;
    private final CursorStatements cursors;
    private final PreparedStatements prepared;
    private final Definitions definitions;

    ExplainStatements(
            Preparables preparables, CursorStatements cursors, PreparedStatements prepared, Definitions definitions) {
        this.preparables = preparables;
        this.cursors = cursors;
        this.prepared = prepared;
        this.definitions = definitions;
    }

    Facts classify(Cursor cursor) {
        cursor.skip();
        int from = cursor.at();
        if (!skipOptions(cursor)) {
            return Facts.unknown();
        }
        Facts inner = inner(cursor);
        if (inner == null || inner.kind() == StatementKind.UNKNOWN) {
            return Facts.unknown();
        }
        // Over all tokens once more, so that a slip in the options cannot hide anything.
        Access access = preparables.access(cursor.tokens(), from, cursor.to());
        if (access == Access.UNKNOWN) {
            return Facts.unknown();
        }
        FactsBuilder facts = Facts.builder(StatementKind.EXPLAIN)
                .access(Access.stricter(inner.access(), access))
                .functions(inner.functions())
                .inner(inner);
        // The query of DECLARE runs, but no cursor comes of it.
        boolean declares = inner.kind().family() == StatementFamily.CURSOR;
        return (declares ? facts : facts.effects(inner.effects())).build();
    }

    private static boolean skipOptions(Cursor cursor) {
        if (cursor.is(TokenKind.LEFT_PARENTHESIS)) {
            return beginsQuery(cursor) || cursor.takeParentheses();
        }
        if (!cursor.take(Keyword.ANALYZE)) {
            cursor.take(Keyword.ANALYSE);
        }
        cursor.take(Keyword.VERBOSE);
        return true;
    }

    /** Whether the parenthesis is the query's and not the one of options; VALUES can be the name of an option. */
    private static boolean beginsQuery(Cursor cursor) {
        return cursor.is(1, Keyword.SELECT)
                || cursor.is(1, Keyword.WITH)
                || cursor.is(1, Keyword.TABLE)
                || cursor.is(1, TokenKind.LEFT_PARENTHESIS)
                || (cursor.is(1, Keyword.VALUES) && cursor.is(2, TokenKind.LEFT_PARENTHESIS));
    }

    private @Nullable Facts inner(Cursor cursor) {
        Tokens tokens = cursor.tokens();
        int from = cursor.at();
        if (cursor.is(TokenKind.LEFT_PARENTHESIS)) {
            return preparables.query(tokens, from, cursor.to());
        }
        Keyword word = cursor.keyword();
        if (word == null) {
            return null;
        }
        return switch (word) {
            case SELECT, VALUES, TABLE, WITH, INSERT, UPDATE, DELETE, MERGE ->
                preparables.classify(tokens, from, cursor.to());
            case DECLARE -> cursors.classify(word, cursor);
            case EXECUTE -> prepared.execute(cursor);
            case CREATE, REFRESH -> definition(cursor);
            default -> null;
        };
    }

    private @Nullable Facts definition(Cursor cursor) {
        Facts facts = definitions.classify(cursor);
        return switch (facts.kind()) {
            case CREATE_TABLE_AS, CREATE_MATERIALIZED_VIEW, REFRESH_MATERIALIZED_VIEW -> facts;
            default -> null;
        };
    }
}
