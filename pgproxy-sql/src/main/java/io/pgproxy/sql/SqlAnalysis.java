package io.pgproxy.sql;

import io.pgproxy.sql.internal.text.Splitter;
import io.pgproxy.sql.lexer.LexicalProblem;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one SQL text says about itself: its statements and what each of them does. Made by a {@link SqlAnalyzer}.
 * Immutable; any thread may read it.
 *
 * <p>A text that cannot be read to its end has one statement of kind {@link StatementKind#UNKNOWN}: the server parses
 * the whole text before it runs the first statement, so none of them would run.
 */
public final class SqlAnalysis {
    private static final int OVERHEAD = 200;

    private final SqlText text;
    private final boolean standardConformingStrings;
    private final SqlAnalyzer analyzer;
    private final @Nullable LexicalProblem problem;
    private final List<AnalyzedStatement> statements;
    private final Access access;

    private SqlAnalysis(SqlText text, boolean standardConformingStrings, SqlAnalyzer analyzer, Scratch scratch) {
        this.text = text;
        this.standardConformingStrings = standardConformingStrings;
        this.analyzer = analyzer;
        Tokens tokens = scratch.tokens();
        scratch.lexer().read(text.array(), standardConformingStrings, tokens);
        this.problem = text.isEncodable() ? tokens.problem() : LexicalProblem.INVALID_UTF8;
        this.statements = problem == null ? split(scratch) : List.of(unreadable(problem));
        this.access = strictest(statements);
    }

    static SqlAnalysis of(SqlText text, boolean standardConformingStrings, SqlAnalyzer analyzer, Scratch scratch) {
        return new SqlAnalysis(text, standardConformingStrings, analyzer, scratch);
    }

    private List<AnalyzedStatement> split(Scratch scratch) {
        Tokens tokens = scratch.tokens();
        Splitter splitter = scratch.splitter();
        splitter.begin(tokens);
        List<AnalyzedStatement> found = new ArrayList<>(1);
        int previousEnd = 0;
        while (splitter.next()) {
            int from = splitter.start();
            int to = splitter.end();
            Facts facts =
                    splitter.isBroken() ? Facts.unknown() : scratch.classifier().classify(tokens, from, to);
            boolean last = isLast(tokens, to);
            int nextStart = last ? text.length() : tokens.start(to);
            found.add(
                    new AnalyzedStatement(this, previousEnd, tokens.start(from), tokens.end(to - 1), nextStart, facts));
            previousEnd = last ? text.length() : tokens.end(to);
        }
        return List.copyOf(found);
    }

    private static boolean isLast(Tokens tokens, int end) {
        int token = end;
        while (tokens.is(token, TokenKind.SEMICOLON)) {
            token++;
        }
        return token == tokens.count();
    }

    private AnalyzedStatement unreadable(LexicalProblem why) {
        return new AnalyzedStatement(this, 0, 0, text.length(), text.length(), Facts.unreadable(why));
    }

    private static Access strictest(List<AnalyzedStatement> statements) {
        Access strictest = Access.NONE;
        for (AnalyzedStatement statement : statements) {
            strictest = Access.stricter(strictest, statement.facts().access());
        }
        return strictest;
    }

    /** {@return the text} */
    public SqlText text() {
        return text;
    }

    /** {@return the server's setting of that name that the text was read with} */
    public boolean standardConformingStrings() {
        return standardConformingStrings;
    }

    /** {@return why the text could not be read, or null if it was} */
    public @Nullable LexicalProblem problem() {
        return problem;
    }

    /** {@return the statements in the order of the text; none if there are only blanks, comments and semicolons} */
    public List<AnalyzedStatement> statements() {
        return statements;
    }

    /** {@return what the statements may do to data: as the strictest of them} */
    public Access access() {
        return access;
    }

    /** {@return whether every statement is known to read and to do nothing else, their functions left aside} */
    public boolean readsOnly() {
        return access == Access.READ;
    }

    /** What the cache counts for it in bytes: the text, and an estimate of the objects, which is on the safe side. */
    int weight() {
        int weight = OVERHEAD + text.length();
        for (AnalyzedStatement statement : statements) {
            weight += statement.weight();
        }
        return weight;
    }

    SqlAnalyzer analyzer() {
        return analyzer;
    }

    /** {@return the number of statements, without their text} */
    @Override
    public String toString() {
        return problem == null ? statements.size() + " statements, " + access : "unreadable: " + problem.message();
    }
}
