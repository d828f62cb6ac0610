package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalysis;
import java.util.ArrayList;
import java.util.List;

/** Decides about Query and FunctionCall: all of their statements before anything is sent. */
final class QueryMessages {
    private final HookSteering steering;
    private final Preparation preparation;
    private final Admission admission;

    QueryMessages(HookSteering steering, Preparation preparation, Admission admission) {
        this.steering = steering;
        this.preparation = preparation;
        this.admission = admission;
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
        steering.names().queried();
        if (found.isEmpty()) {
            steering.route(() -> steering.forward(null), steering::refuse);
            return;
        }
        Statement.Form form = found.size() == 1 ? Statement.Form.QUERY : Statement.Form.PART_OF_QUERY;
        List<SqlStatement> statements = new ArrayList<>(found.size());
        for (AnalyzedStatement statement : found) {
            statements.add(new SqlStatement(steering.session(), statement, form, List.of(), steering.generation()));
        }
        go(new QueryBatch(steering, preparation, admission, analysis, statements));
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
        go(new QueryBatch(steering, preparation, admission, null, call));
    }
}
