package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.LexicalProblem;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;

/**
 * Tells what a statement does from its tokens. One instance may be used again and again, by one thread: it remembers
 * the names of functions that come often.
 *
 * <p>The first word chooses who reads on. Commands that need nothing but their first words are in {@link Definitions}
 * by way of the words of {@link io.pgproxy.sql.StatementKind}.
 */
public final class Classifier {
    private final Preparables preparables = new Preparables();
    private final PreparedStatements prepared = new PreparedStatements(preparables);
    private final CursorStatements cursors = new CursorStatements(preparables);
    private final CopyStatements copies = new CopyStatements(preparables);
    private final Definitions definitions = new Definitions(preparables, prepared);
    private final ExplainStatements explains = new ExplainStatements(preparables, cursors, prepared, definitions);

    /** A classifier. */
    public Classifier() {}

    /**
     * Classifies one statement.
     *
     * @param tokens the tokens of a text
     * @param from the statement's first token
     * @param to the token behind its last; a semicolon that ends it is left out
     */
    public Facts classify(Tokens tokens, int from, int to) {
        LexicalProblem problem = tokens.problem();
        if (problem != null) {
            return Facts.unreadable(problem);
        }
        if (from >= to) {
            return Facts.empty();
        }
        Keyword first = tokens.keyword(from);
        if (first == null) {
            return tokens.is(from, TokenKind.LEFT_PARENTHESIS) ? preparables.query(tokens, from, to) : Facts.unknown();
        }
        return switch (first) {
            case SELECT, VALUES, TABLE, WITH, INSERT, UPDATE, DELETE, MERGE -> preparables.classify(tokens, from, to);
            default -> command(first, new Cursor(tokens, from, to));
        };
    }

    private Facts command(Keyword first, Cursor cursor) {
        return switch (first) {
            case BEGIN, START, COMMIT, END, ROLLBACK, ABORT, SAVEPOINT, RELEASE ->
                TransactionStatements.classify(first, cursor);
            case SET, RESET, SHOW -> SettingStatements.classify(first, cursor);
            case PREPARE, EXECUTE, DEALLOCATE -> prepared.classify(first, cursor);
            case DECLARE, FETCH, MOVE, CLOSE -> cursors.classify(first, cursor);
            case COPY -> copies.classify(cursor);
            case EXPLAIN -> explains.classify(cursor);
            case DISCARD, LISTEN, UNLISTEN, NOTIFY -> SessionStatements.classify(first, cursor);
            default -> definitions.classify(cursor);
        };
    }
}
