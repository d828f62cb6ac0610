package io.pgproxy.sql.differential;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.differential.GrammarOracle.Effect;
import io.pgproxy.sql.differential.ParserAnswer.Outcome;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Whether what we say of a text, statement by statement, is borne out by a server's grammar. */
final class VerdictCheck {

    /** What the server lets pass in a failed transaction ({@code IsTransactionExitStmt}). */
    private static final Set<StatementKind> TRANSACTION_ENDS = EnumSet.of(
            StatementKind.COMMIT, StatementKind.ROLLBACK, StatementKind.ROLLBACK_TO, StatementKind.PREPARE_TRANSACTION);

    private final RawParser server;
    private final GrammarOracle oracle;
    private final SqlAnalyzer analyzer;
    private int reads;
    private int readsMissed;

    VerdictCheck(RawParser server, SqlAnalyzer analyzer) {
        this.server = server;
        this.oracle = new GrammarOracle(server);
        this.analyzer = analyzer;
    }

    /** How many statements were reads, or locks, to us. */
    int reads() {
        return reads;
    }

    /** How many more queries were plain reads to the server. */
    int readsMissed() {
        return readsMissed;
    }

    /**
     * Compares.
     *
     * @param text one that the server takes
     * @return what is wrong, if anything is
     */
    Optional<String> compare(String text, ParserAnswer answer) throws IOException {
        SqlAnalysis analysis = analyzer.analyze(text);
        if (analysis.problem() != null) {
            return Optional.empty();
        }
        List<AnalyzedStatement> statements = analysis.statements();
        boolean agree = switch (answer.outcome()) {
            case ONE -> statements.size() == 1;
            case SEVERAL -> statements.size() > 1;
            default -> statements.size() < 2;
        };
        if (!agree) {
            return Optional.of("we see " + statements.size() + " statements");
        }
        for (AnalyzedStatement statement : statements) {
            Optional<String> wrong = compare(statement, statements.size() == 1 ? answer : server.ask(statement.sql()));
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private Optional<String> compare(AnalyzedStatement statement, ParserAnswer answer) throws IOException {
        String sql = statement.sql();
        if (answer.isRefused() || answer.outcome() == Outcome.SEVERAL) {
            return Optional.of("a statement to us alone: " + answer);
        }
        StatementKind kind = statement.facts().kind();
        if (kind != StatementKind.UNKNOWN
                && (answer.outcome() == Outcome.NONE_OR_END) != TRANSACTION_ENDS.contains(kind)) {
            return Optional.of("it ends no transaction as " + kind + " does, or does although it is one");
        }
        Access access = statement.facts().access();
        return switch (access) {
            case READ -> compareRead(statement, Effect.READ);
            case LOCK -> compareRead(statement, Effect.LOCK);
            case NONE, BY_NAME ->
                !isOf(kind, sql) || server.ranksAsChange(sql)
                        ? Optional.of(kind + " does more than " + access)
                        : Optional.empty();
            case WRITE, UNKNOWN -> {
                if (answer.isOne() && oracle.isSelect(sql) && oracle.effect(sql) == Effect.READ) {
                    readsMissed++;
                }
                yield Optional.empty();
            }
        };
    }

    private Optional<String> compareRead(AnalyzedStatement statement, Effect ours) throws IOException {
        reads++;
        String sql = statement.sql();
        StatementKind kind = statement.facts().kind();
        if (!isOf(kind, sql)) {
            return Optional.of("it is no " + kind);
        }
        if (server.ranksAsChange(sql)) {
            return Optional.of("the server ranks it as a change");
        }
        Effect theirs = oracle.effect(sql);
        return theirs.compareTo(ours) <= 0
                ? Optional.empty()
                : Optional.of("it is " + ours + " to us and " + theirs + " to the server");
    }

    private boolean isOf(StatementKind kind, String sql) throws IOException {
        return switch (kind) {
            case SELECT, VALUES, TABLE, SELECT_FOR_LOCK -> oracle.isSelect(sql);
            case COPY_TO_CLIENT -> oracle.isKeyword("copy", sql) && oracle.isKeyword("stdin|stdout", sql);
            case BEGIN -> oracle.isKeyword("begin|start", sql);
            case COMMIT -> oracle.isKeyword("commit|end", sql);
            case ROLLBACK, ROLLBACK_TO -> oracle.isKeyword("rollback|abort", sql);
            default -> {
                String firstWord = kind.name().toLowerCase(Locale.ROOT).replaceFirst("_.*", "");
                yield oracle.isKeyword(firstWord, sql) && !oracle.isSelect(sql);
            }
        };
    }
}
