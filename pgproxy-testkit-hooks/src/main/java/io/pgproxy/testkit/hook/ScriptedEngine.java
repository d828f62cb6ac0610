package io.pgproxy.testkit.hook;

import io.pgproxy.hook.Reply;
import io.pgproxy.protocol.Parameter;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.protocol.server.PreparedQuery;
import io.pgproxy.protocol.server.QueryEngine;
import io.pgproxy.protocol.server.QueryResult;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.TransactionControl;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Answers a session's SQL by the script, but transactions by itself: blocks begin, fail and end as in the server, so
 * that a script is about its data alone.
 */
final class ScriptedEngine implements QueryEngine {
    /** What a session sends in the place of a Query that it refuses behind others: to a server a syntax error. */
    static final String REFUSED = "pgproxy: statement refused";

    private final ScriptedUpstream upstream;
    private final SqlAnalyzer analyzer;

    ScriptedEngine(ScriptedUpstream upstream, SqlAnalyzer analyzer) {
        this.upstream = upstream;
        this.analyzer = analyzer;
    }

    @Override
    public List<String> split(String sql) {
        return analyzer.analyze(sql).statements().stream()
                .map(AnalyzedStatement::sql)
                .toList();
    }

    @Override
    public boolean endsTransaction(String sql) {
        TransactionControl control = control(sql);
        return control != null
                && switch (control.action()) {
                    case COMMIT, ROLLBACK, ROLLBACK_TO -> true;
                    default -> false;
                };
    }

    /** Parameters in PREPARE's text are those of the statement that it prepares. */
    private boolean isPrepare(String sql) {
        List<AnalyzedStatement> statements = analyzer.analyze(sql).statements();
        return !statements.isEmpty() && statements.get(0).facts().kind() == StatementKind.PREPARE;
    }

    private @Nullable TransactionControl control(String sql) {
        List<AnalyzedStatement> statements = analyzer.analyze(sql).statements();
        return statements.isEmpty() ? null : statements.get(0).facts().transaction();
    }

    @Override
    public PreparedQuery prepare(String sql, List<Integer> told) {
        if (sql.equals(REFUSED)) {
            throw new PgErrorException(SqlState.SYNTAX_ERROR, "syntax error at or near \"pgproxy\"");
        }
        List<Integer> types = isPrepare(sql) ? told : ParameterTypes.of(sql, told);
        TransactionControl control = control(sql);
        if (control != null) {
            return PreparedQuery.of(types, List.of(), parameters -> {
                upstream.ran(sql);
                return result(control, sql);
            });
        }
        Reply first = upstream.answer(sql); // columns are asked for before anything runs
        return PreparedQuery.of(types, first.columns(), new Answers(sql, first)::next);
    }

    private static QueryResult result(TransactionControl control, String sql) {
        return switch (control.action()) {
            case BEGIN -> QueryResult.command("BEGIN").then(TransactionStatus.IN_TRANSACTION);
            case COMMIT ->
                QueryResult.command("COMMIT").then(control.chain() ? TransactionStatus.IN_TRANSACTION : idle());
            case ROLLBACK ->
                QueryResult.command("ROLLBACK").then(control.chain() ? TransactionStatus.IN_TRANSACTION : idle());
            case ROLLBACK_TO -> QueryResult.command("ROLLBACK").then(TransactionStatus.IN_TRANSACTION);
            case SAVEPOINT -> QueryResult.command("SAVEPOINT");
            case RELEASE -> QueryResult.command("RELEASE");
            case PREPARE -> QueryResult.command("PREPARE TRANSACTION").then(idle());
            case COMMIT_PREPARED -> QueryResult.command("COMMIT PREPARED");
            case ROLLBACK_PREPARED -> QueryResult.command("ROLLBACK PREPARED");
            case SET_TRANSACTION, SET_CHARACTERISTICS, SET_SNAPSHOT ->
                QueryResult.command(sql.strip().substring(0, 3).toUpperCase(Locale.ROOT));
        };
    }

    private static TransactionStatus idle() {
        return TransactionStatus.IDLE;
    }

    /** The reply that told the columns is the one of the first run. */
    private final class Answers {
        private final String sql;
        private @Nullable Reply first;

        Answers(String sql, Reply first) {
            this.sql = sql;
            this.first = first;
        }

        QueryResult next(List<Parameter> parameters) {
            upstream.ran(sql);
            Reply known = first;
            Reply reply = known == null ? upstream.answer(sql) : known;
            first = null;
            QueryResult result = QueryResult.rows(reply.rows());
            result = reply.columns().isEmpty() || !isOfRows(reply) ? result.withTag(sent -> reply.tag()) : result;
            for (var notice : reply.notices()) {
                result = result.withNotice(notice);
            }
            return result;
        }

        /** A tag that counts rows is made anew: a portal may be left before its end. */
        private boolean isOfRows(Reply reply) {
            return reply.tag().equals("SELECT " + reply.rows().size());
        }
    }
}
