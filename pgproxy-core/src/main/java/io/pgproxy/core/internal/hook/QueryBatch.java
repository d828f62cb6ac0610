package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.guard.OwnBlock;
import io.pgproxy.core.internal.guard.Traits;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.hook.Terms;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalysis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one Query (or FunctionCall) on their way: each is prepared, then each is admitted, then all are
 * sent, or none is. A step that is decided at once does not deepen the stack: a text may hold a hundred thousand
 * statements.
 */
final class QueryBatch {
    private static final PgError NOT_AMONG_OTHERS = PgError.of(
            SqlState.FEATURE_NOT_SUPPORTED,
            "a statement that the proxy answers cannot stand among others in one Query");

    private final HookSteering steering;
    private final Preparation preparation;
    private final Admission admission;
    private final @Nullable SqlAnalysis analysis;
    private final List<SqlStatement> statements;
    private final List<HookExecution> executions;
    private final StatementsInFront inFront;
    private final Names.@Nullable Change<?> unnamed;
    private final List<List<Names.Change<?>>> changes = new ArrayList<>(1);
    private boolean admitting;
    private boolean looping;
    private boolean waiting;
    private boolean over;
    private int at;

    /**
     * A batch.
     *
     * @param analysis the text; null for a FunctionCall
     * @param statements in their order
     * @param inFront what has to be prepared before it
     * @param unnamed what becomes of the unnamed prepared statement, unless the Query is skipped
     */
    QueryBatch(
            HookSteering steering,
            Preparation preparation,
            Admission admission,
            @Nullable SqlAnalysis analysis,
            List<SqlStatement> statements,
            StatementsInFront inFront,
            Names.@Nullable Change<?> unnamed) {
        this.steering = steering;
        this.preparation = preparation;
        this.admission = admission;
        this.analysis = analysis;
        this.statements = statements;
        this.inFront = inFront;
        this.unnamed = unnamed;
        this.executions = new ArrayList<>(statements.size());
    }

    /** Begins, and goes on whenever a step was decided. */
    void go() {
        if (looping) {
            return;
        }
        looping = true;
        while (!over && !waiting) {
            step();
        }
        looping = false;
    }

    private void step() {
        if (at < statements.size()) {
            waiting = true;
            if (admitting) {
                admit();
            } else {
                prepare();
            }
        } else if (admitting) {
            over = true;
            admitted();
        } else {
            at = 0;
            admitting = true;
            begin();
            checkAnswers();
        }
    }

    private void decided() {
        at++;
        waiting = false;
        go();
    }

    /** None of them runs. */
    void refuse(PgError error) {
        refuse(error, "", 0);
    }

    private void refuse(PgError error, String by, int refused) {
        over = true;
        dropChanges();
        begin();
        steering.refuse(error, by, executions, refused, unnamed == null ? List.of() : List.of(unnamed));
    }

    private void dropChanges() {
        changes.forEach(list -> list.forEach(Names.Change::drop));
    }

    /** The server skips what comes behind an error, up to Sync. */
    private void skipped() {
        dropChanges();
        if (unnamed != null) {
            unnamed.drop();
        }
        executions.forEach(HookExecution::skipped);
    }

    private void prepare() {
        preparation.prepare(statements.get(at), steering.governed(), new Decision<>() {
            @Override
            public void decided(SqlStatement statement, String by) {
                statements.set(at, statement);
                // Later statements of the same text find the names that earlier ones make.
                changes.add(
                        steering.names().changes(statement, steering.exchange().number()));
                QueryBatch.this.decided();
            }

            @Override
            public void rejected(PgError error, String by) {
                refuse(error, by, at);
            }
        });
    }

    private void begin() {
        ByteBuf arguments = analysis == null ? steering.frame().body() : null;
        for (int i = executions.size(); i < statements.size(); i++) {
            executions.add(steering.begin(statements.get(i), arguments));
        }
    }

    private void checkAnswers() {
        for (int i = 0; i < statements.size() && statements.size() > 1; i++) {
            if (statements.get(i).answer() != null) {
                refuse(NOT_AMONG_OTHERS, statements.get(i).answeredBy(), i);
                return;
            }
        }
    }

    private void admit() {
        admission.admit(executions.get(at), executions.size() == 1, new Decision<>() {
            @Override
            public void decided(HookExecution execution, String by) {
                QueryBatch.this.decided();
            }

            @Override
            public void rejected(PgError error, String by) {
                refuse(error, by, at);
            }
        });
    }

    private void admitted() {
        HookExecution first = executions.get(0);
        OwnResult own = first.own();
        if (own != null && own.recorded() != null && !steering.heldBack().isUnsent()) {
            first.notServed(); // it ends a batch, and the server alone knows in which state
            own = null;
        }
        if (own != null) {
            admission.replies().queried(first, own, unnamed);
            return;
        }
        steering.route(
                () -> admission.putSettings(
                        executions,
                        statements,
                        error -> {
                            if (error == null) {
                                inFront.bring(this::send, this::failedInFront, this::skipped);
                            } else {
                                neverSent();
                                admission.settingsRefused(error, executions);
                            }
                        },
                        this::skipped),
                (error, by) -> refuse(error, by, 0));
    }

    /** What it names cannot be prepared where it goes. */
    private void failedInFront(PgError error) {
        neverSent();
        steering.statementFailed();
        executions.get(0).failed(error);
        executions.subList(1, executions.size()).forEach(HookExecution::skipped);
    }

    private void neverSent() {
        dropChanges();
        if (unnamed != null) {
            unnamed.confirm();
        }
    }

    private void send() {
        String text = rewritten();
        if (text == null) {
            refuse(
                    PgError.of(SqlState.SYSTEM_ERROR, "rewritten statements do not stand side by side in one Query"),
                    "",
                    0);
            return;
        }
        boolean limited = false;
        for (HookExecution execution : executions) {
            ResultFlow flow = new ResultFlow(execution);
            execution.flow(flow);
            limited |= flow.isLimited();
        }
        boolean risky = limited && isRisky();
        if (risky || steering.isBehindAnother(maxTime())) {
            steering.afterAnswers(() -> send(text, risky && isOutsideBlock()), this::skipped);
        } else {
            send(text, false);
        }
    }

    /** The least of all: where one statement ends and the next begins is not told before the whole has ended. */
    private Duration maxTime() {
        Terms terms = Terms.NONE;
        for (HookExecution execution : executions) {
            terms = terms.and(execution.terms());
        }
        return terms.maxTime();
    }

    /** Whether a result of it may be cut off when the server has gone on, and would commit by itself. */
    private boolean isRisky() {
        boolean mayBeOutside = steering.traffic().isFirstOfExchange()
                || executions.get(0).transaction() == TransactionStatus.IDLE; // ends a batch without Sync
        return analysis != null && mayBeOutside && OwnBlock.isNeeded(Traits.of(analysis));
    }

    private boolean isOutsideBlock() {
        Upstream target = steering.route().upstream();
        return target.status() == TransactionStatus.IDLE
                && target.expected().isEmpty()
                && target.expected().isExact();
    }

    private void send(String text, boolean wrapped) {
        QueryWatch watch = new QueryWatch(steering.session(), steering, executions, changes, unnamed, wrapped);
        if (wrapped) {
            steering.ownBlock().begin(steering.traffic(), watch);
        }
        for (HookExecution execution : executions) {
            steering.willRun(execution);
            steering.mayBeCut(execution);
        }
        admission.startClock(maxTime(), watch);
        if (text.isEmpty()) {
            steering.forward(watch);
        } else {
            steering.forwardBehind(() -> {}, original -> message(original, text), watch);
        }
    }

    private static Frame message(Frame original, String text) {
        original.release();
        byte[] sql = CString.encode(text);
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(sql.length + 6);
        bytes.writeByte('Q').writeInt(sql.length + 5).writeBytes(sql).writeByte(0);
        return new Frame((byte) 'Q', bytes.readableBytes() - 1, bytes);
    }

    /**
     * The text with each rewritten statement in the place of the original one; empty if none was, null if that does not
     * read as the same number of statements.
     */
    private @Nullable String rewritten() {
        boolean any = false;
        for (SqlStatement statement : statements) {
            any |= statement.isRewritten();
        }
        if (!any || analysis == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        int done = 0;
        for (int i = 0; i < statements.size(); i++) {
            AnalyzedStatement asSent = analysis.statements().get(i);
            text.append(analysis.text().string(done, asSent.start()));
            text.append(statements.get(i).sql());
            if (statements.get(i).isRewritten() && statements.get(i).sql().contains("--")) {
                text.append('\n'); // it may end with a comment
            }
            done = asSent.end();
        }
        text.append(analysis.text().string(done, analysis.text().length()));
        SqlAnalysis again = steering.session().engine().analyzer().analyze(text.toString());
        boolean same = again.problem() == null && again.statements().size() == statements.size();
        return same ? text.toString() : null;
    }
}
