package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalysis;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides about Query and FunctionCall: all of their statements before anything is sent. */
final class QueryMessages {
    private final HookSteering steering;
    private final Preparation preparation;
    private final Admission admission;
    private final PreparedTexts prepared;

    QueryMessages(HookSteering steering, Preparation preparation, Admission admission, PreparedTexts prepared) {
        this.steering = steering;
        this.preparation = preparation;
        this.admission = admission;
        this.prepared = prepared;
    }

    void query() {
        ByteBuf body = steering.frame().body();
        int end = body.readableBytes() - 1;
        if (end < 0 || body.bytesBefore((byte) 0) != end) {
            throw new ProtocolException("invalid message format");
        }
        SqlAnalysis analysis = steering.session().engine().analyze(body, body.readerIndex(), end);
        List<AnalyzedStatement> found = analysis.statements();
        for (AnalyzedStatement statement : found) {
            if (steering.names()
                    .mustWait(statement.facts().effects(), steering.exchange().number())) {
                steering.waitForAnswers();
                return;
            }
        }
        steering.exchange().completed();
        if (found.isEmpty()) {
            Names.Change<?> unnamed = forgetUnnamed();
            steering.route(
                    () -> steering.forward(unnamed == null ? null : new UnnamedWatch(steering.session(), unnamed)),
                    steering::refuse);
            return;
        }
        Statement.Form form = found.size() == 1 ? Statement.Form.QUERY : Statement.Form.PART_OF_QUERY;
        List<SqlStatement> statements = new ArrayList<>(found.size());
        for (AnalyzedStatement statement : found) {
            statements.add(new SqlStatement(steering.session(), statement, form, List.of(), steering.generation()));
        }
        StatementsInFront inFront = new StatementsInFront(steering, prepared, found);
        go(new QueryBatch(steering, preparation, admission, analysis, statements, inFront, forgetUnnamed()));
    }

    private Names.@Nullable Change<?> forgetUnnamed() {
        return steering.names().queried(steering.exchange().number());
    }

    private void go(QueryBatch batch) {
        PgError refusal = steering.overShare();
        if (refusal == null) {
            batch.go();
        } else {
            batch.refuse(refusal);
        }
    }

    void functionCall() {
        steering.exchange().completed();
        Arguments.of(steering.frame().body());
        List<SqlStatement> call = new ArrayList<>(1);
        call.add(new SqlStatement(
                steering.session(), null, Statement.Form.FUNCTION_CALL, List.of(), steering.generation()));
        StatementsInFront none = new StatementsInFront(steering, prepared, List.of());
        go(new QueryBatch(steering, preparation, admission, null, call, none, null));
    }
}
