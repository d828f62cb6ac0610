package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalysis;
import java.util.ArrayList;
import java.util.List;

/** Decides about Query and FunctionCall: all of their statements before anything is sent. */
final class QueryMessages {
    private static final PgError NOT_AMONG_OTHERS = PgError.of(
            SqlState.FEATURE_NOT_SUPPORTED,
            "a statement that the proxy answers cannot stand among others in one Query");

    private final HookSteering steering;
    private final Preparation preparation;
    private final Admission admission;

    QueryMessages(HookSteering steering, Preparation preparation) {
        this.steering = steering;
        this.preparation = preparation;
        this.admission = new Admission(steering);
    }

    void query() {
        ByteBuf body = steering.frame().body();
        int end = body.readableBytes() - 1;
        if (end < 0 || body.bytesBefore((byte) 0) != end) {
            throw new ProtocolException("invalid message format");
        }
        SqlAnalysis analysis = steering.session().engine().analyze(body, body.readerIndex(), end);
        List<AnalyzedStatement> found = analysis.statements();
        if (found.isEmpty()) {
            steering.exchange().completed();
            steering.forward(null);
            return;
        }
        for (AnalyzedStatement statement : found) {
            if (steering.names()
                    .mustWait(statement.facts().effects(), steering.exchange().number())) {
                steering.waitForAnswers();
                return;
            }
        }
        steering.exchange().completed();
        Statement.Form form = found.size() == 1 ? Statement.Form.QUERY : Statement.Form.PART_OF_QUERY;
        List<SqlStatement> statements = new ArrayList<>(found.size());
        for (AnalyzedStatement statement : found) {
            statements.add(new SqlStatement(steering.session(), statement, form, List.of(), steering.generation()));
        }
        prepare(analysis, statements, 0, new ArrayList<>(0));
    }

    void functionCall() {
        steering.exchange().completed();
        SqlStatement call = new SqlStatement(
                steering.session(), null, Statement.Form.FUNCTION_CALL, List.of(), steering.generation());
        ByteBuf body = steering.frame().body();
        Arguments.of(body.slice());
        HookExecution execution = steering.begin(call, body);
        List<HookExecution> one = List.of(execution);
        preparation.prepare(call, steering.governed(), new Decision<>() {
            @Override
            public void decided(SqlStatement statement, String by) {
                admit(List.of(statement), one, List.of(List.of()), 0);
            }

            @Override
            public void rejected(PgError error, String by) {
                steering.refuse(error, by, one, 0);
            }
        });
    }

    /** One statement after the other, from {@code from} on. */
    private void prepare(
            SqlAnalysis analysis, List<SqlStatement> statements, int from, List<List<Names.Change<?>>> changes) {
        if (from == statements.size()) {
            prepared(analysis, statements, changes);
            return;
        }
        preparation.prepare(statements.get(from), steering.governed(), new Decision<>() {
            @Override
            public void decided(SqlStatement statement, String by) {
                statements.set(from, statement);
                // Later statements of the same text find the names that earlier ones make.
                changes.add(
                        steering.names().changes(statement, steering.exchange().number()));
                prepare(analysis, statements, from + 1, changes);
            }

            @Override
            public void rejected(PgError error, String by) {
                drop(changes);
                steering.refuse(error, by, begin(statements), from);
            }
        });
    }

    private List<HookExecution> begin(List<SqlStatement> statements) {
        List<HookExecution> executions = new ArrayList<>(statements.size());
        for (SqlStatement statement : statements) {
            executions.add(steering.begin(statement, null));
        }
        return executions;
    }

    private void prepared(SqlAnalysis analysis, List<SqlStatement> statements, List<List<Names.Change<?>>> changes) {
        List<HookExecution> executions = begin(statements);
        if (statements.size() > 1) {
            for (int i = 0; i < statements.size(); i++) {
                if (statements.get(i).answer() != null) {
                    drop(changes);
                    steering.refuse(NOT_AMONG_OTHERS, statements.get(i).answeredBy(), executions, i);
                    return;
                }
            }
        }
        rewritten = rewritten(analysis, statements);
        admit(statements, executions, changes, 0);
    }

    private String rewritten = "";

    private void admit(
            List<SqlStatement> statements,
            List<HookExecution> executions,
            List<List<Names.Change<?>>> changes,
            int from) {
        if (from == executions.size()) {
            admitted(statements, executions, changes);
            return;
        }
        admission.admit(executions.get(from), executions.size() == 1, new Decision<>() {
            @Override
            public void decided(HookExecution execution, String by) {
                admit(statements, executions, changes, from + 1);
            }

            @Override
            public void rejected(PgError error, String by) {
                drop(changes);
                steering.refuse(error, by, executions, from);
            }
        });
    }

    private void admitted(
            List<SqlStatement> statements, List<HookExecution> executions, List<List<Names.Change<?>>> changes) {
        HookExecution first = executions.get(0);
        OwnResult own = first.own();
        if (own != null) {
            admission.replies().queried(first, own);
            return;
        }
        steering.route(
                () -> admission.putSettings(executions, statements, error -> {
                    if (error != null) {
                        drop(changes);
                        steering.refuse(error, "", executions, 0);
                    } else {
                        send(executions, changes);
                    }
                }),
                (error, by) -> {
                    drop(changes);
                    steering.refuse(error, by, executions, 0);
                });
    }

    private void send(List<HookExecution> executions, List<List<Names.Change<?>>> changes) {
        QueryWatch watch = new QueryWatch(steering.session(), steering, executions, changes);
        for (HookExecution execution : executions) {
            if (admission.isLooked(execution)) {
                execution.flow(new ResultFlow(execution));
            }
            steering.willRun(execution);
            steering.mayBeCut(execution);
        }
        admission.startClock(executions.get(0), watch);
        if (rewritten.isEmpty()) {
            steering.forward(watch);
        } else {
            byte[] sql = CString.encode(rewritten);
            ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(sql.length + 6);
            bytes.writeByte('Q').writeInt(sql.length + 5).writeBytes(sql).writeByte(0);
            rewritten = "";
            steering.forwardInstead((byte) 'Q', bytes, watch);
        }
    }

    /** The text with each rewritten statement in the place of the original one; empty if none was. */
    private static String rewritten(SqlAnalysis analysis, List<SqlStatement> statements) {
        boolean any = false;
        for (SqlStatement statement : statements) {
            any |= statement.isRewritten();
        }
        if (!any) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        int at = 0;
        for (int i = 0; i < statements.size(); i++) {
            AnalyzedStatement asSent = analysis.statements().get(i);
            text.append(analysis.text().string(at, asSent.start()));
            text.append(statements.get(i).sql());
            at = asSent.end();
        }
        return text.append(analysis.text().string(at, analysis.text().length())).toString();
    }

    private static void drop(List<List<Names.Change<?>>> changes) {
        changes.forEach(list -> list.forEach(Names.Change::drop));
    }
}
