package io.pgproxy.readonly;

import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.PgError;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.SessionEffect.CursorDeclared;
import io.pgproxy.sql.SessionEffect.CursorMoved;
import io.pgproxy.sql.SessionEffect.StatementExecuted;
import io.pgproxy.sql.SessionEffect.StatementPrepared;
import io.pgproxy.sql.SqlAnalyzer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks a hook what a session would ask it, and resolves names as a session does. */
final class OfflineClient implements AutoCloseable {
    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();
    private final ReadOnlyHook hook;
    private final OfflineSession session;
    private final Map<String, Facts> prepared = new HashMap<>();
    private final Map<String, Facts> cursors = new HashMap<>();

    OfflineClient(ReadOnlyHook hook) {
        this(hook, new OfflineSession());
    }

    OfflineClient(ReadOnlyHook hook, OfflineSession session) {
        this.hook = hook;
        this.session = session;
        hook.connected(session, new Startup(List.of()));
    }

    static OfflineClient with(ReadOnlyHookBuilder builder) {
        return new OfflineClient(builder.build());
    }

    /** What a Query is refused with. */
    Optional<PgError> query(String sql) {
        List<Statement> statements = statements(sql);
        for (Statement statement : statements) {
            PgError error = error(hook.answer(statement));
            if (error != null) {
                return Optional.of(error);
            }
        }
        OfflineExchange exchange = new OfflineExchange(session);
        return statements.stream()
                .map(statement -> Optional.ofNullable(error(hook.admit(exchange.add(statement)))))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** What the last of several statements is refused with that are bound in this order without a Sync between. */
    Optional<PgError> bound(String... texts) {
        OfflineExchange exchange = new OfflineExchange(session);
        PgError last = null;
        for (String text : texts) {
            AnalyzedStatement analyzed = analyzer.analyze(text).statements().get(0);
            Statement statement = new OfflineStatement(
                    session, analyzed, analyzed.sql(), resolved(analyzed.facts()), Statement.Form.PREPARED);
            last = error(hook.admit(exchange.add(statement)));
        }
        return Optional.ofNullable(last);
    }

    /** What a statement is refused with that another hook has rewritten. */
    Optional<PgError> rewritten(String original, String sql) {
        OfflineStatement other = (OfflineStatement) statements(sql).get(0);
        AnalyzedStatement first = analyzer.analyze(original).statements().get(0);
        Statement statement = new OfflineStatement(session, first, sql, other.facts(), Statement.Form.QUERY);
        return Optional.ofNullable(error(hook.admit(new OfflineExchange(session).add(statement))));
    }

    /** What a FunctionCall is refused with. */
    Optional<PgError> functionCall() {
        Statement statement = new OfflineStatement(
                session,
                analyzer.analyze("SELECT 1").statements().get(0),
                "SELECT 1",
                Facts.unknown(),
                Statement.Form.FUNCTION_CALL);
        return Optional.ofNullable(error(hook.admit(new OfflineExchange(session).add(statement))));
    }

    private List<Statement> statements(String sql) {
        List<AnalyzedStatement> analyzed = analyzer.analyze(sql).statements();
        Statement.Form form = analyzed.size() > 1 ? Statement.Form.PART_OF_QUERY : Statement.Form.QUERY;
        List<Statement> statements = new ArrayList<>();
        for (AnalyzedStatement one : analyzed) {
            statements.add(new OfflineStatement(session, one, one.sql(), resolved(one.facts()), form));
        }
        return statements;
    }

    private Facts resolved(Facts facts) {
        Facts known = facts;
        for (SessionEffect effect : facts.effects()) {
            Facts inner = facts.inner();
            if (effect instanceof StatementPrepared one && inner != null) {
                prepared.put(one.name(), inner);
            } else if (effect instanceof CursorDeclared one && inner != null) {
                cursors.put(one.name(), inner);
            } else if (effect instanceof StatementExecuted one) {
                known = named(prepared.getOrDefault(one.name(), facts), facts);
            } else if (effect instanceof CursorMoved one) {
                known = cursors.getOrDefault(one.name(), facts);
            }
        }
        return known;
    }

    /** The arguments of EXECUTE may call functions of their own. */
    private static Facts named(Facts named, Facts naming) {
        List<FunctionName> functions = new ArrayList<>(named.functions());
        functions.addAll(naming.functions());
        return named.toBuilder().functions(functions).build();
    }

    static @Nullable PgError error(Verdict<?> verdict) {
        return verdict instanceof Verdict.Reject<?> reject ? reject.error() : null;
    }

    @Override
    public void close() {
        analyzer.close();
    }
}
