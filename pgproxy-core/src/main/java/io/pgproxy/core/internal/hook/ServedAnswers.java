package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.hook.row.RecordedResult;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.BindComplete;
import io.pgproxy.protocol.message.backend.CloseComplete;
import io.pgproxy.protocol.message.backend.CommandComplete;
import io.pgproxy.protocol.message.backend.ParameterDescription;
import io.pgproxy.protocol.message.backend.ParseComplete;
import io.pgproxy.protocol.server.PgErrorException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Has messages wait that are answered from recordings if all of their exchange can be; see {@link HeldBack}. */
final class ServedAnswers {
    private final HookSteering steering;
    private final Admission admission;
    private final PreparedTexts prepared;

    ServedAnswers(HookSteering steering, Admission admission, PreparedTexts prepared) {
        this.steering = steering;
        this.admission = admission;
        this.prepared = prepared;
    }

    private long exchange() {
        return steering.exchange().number();
    }

    /** Whether a message can wait that an upstream could answer, too: its statement may turn out to be served. */
    boolean takes(SqlStatement statement) {
        return statement.facts().readsOnly() && steering.heldBack().takes();
    }

    /** Whether a message can wait that no upstream could answer. */
    boolean takesOwn(HookExecution execution) {
        OwnResult own = execution.own();
        return own != null && own.recorded() != null && steering.heldBack().takes();
    }

    private void wait(HeldMessage message) {
        steering.heldBack().add(message);
    }

    /**
     * Parse.
     *
     * @param change what it does to its name
     * @param watch sees the upstream's answer
     */
    void parse(String name, SqlStatement statement, Names.Change<SqlStatement> change, AnswerOwner watch) {
        Frame frame = steering.take();
        long here = exchange();
        Runnable named = prepared.bringNamed(statement);
        wait(new StatementMessage(
                frame,
                false,
                () -> statement.isServedIn(here),
                out -> {
                    change.confirm();
                    statement.owed(true);
                    ParseComplete.INSTANCE.write(out.room());
                },
                () -> {
                    prepared.sent(name, statement);
                    steering.route().forwardHeld(prepared.asSent(frame, name, statement), watch, () -> {
                        admission.putSessionSettings(statement);
                        prepared.free(name);
                        named.run();
                    });
                },
                change::drop));
    }

    /** Describe of a statement. */
    void describe(String name, SqlStatement statement, @Nullable AnswerOwner watch) {
        Frame frame = steering.take();
        long here = exchange();
        Runnable named = prepared.bringNamed(statement);
        wait(new StatementMessage(
                frame,
                false,
                () -> parameterTypes(statement, here) != null,
                out -> described(statement, here, out.room()),
                () -> steering.route().forwardHeld(frame, watch, () -> {
                    prepared.bring(name, statement);
                    named.run();
                }),
                () -> {}));
    }

    private static @Nullable List<Integer> parameterTypes(SqlStatement statement, long exchange) {
        Served served = statement.served();
        return served == null || served.exchange() != exchange ? null : served.parameterTypes();
    }

    private static void described(SqlStatement statement, long exchange, ByteBuf out) {
        Served served = statement.served();
        List<Integer> types = parameterTypes(statement, exchange);
        if (served == null || types == null) {
            throw new IllegalStateException("it was not served");
        }
        List<Column> shown =
                OwnReplies.shape(statement, served.recording().columns()).shown();
        new ParameterDescription(types).write(out);
        OwnReplies.describe(shown, served.recording().isQuery(), out);
    }

    /** Close of a statement; one that an upstream holds is closed there. */
    void closeStatement(SqlStatement statement, Names.Change<?> change, AnswerOwner watch) {
        Frame frame = steering.take();
        wait(new StatementMessage(
                frame,
                true,
                statement::isOwed,
                out -> {
                    change.confirm();
                    CloseComplete.INSTANCE.write(out.room());
                },
                () -> steering.route().forwardHeld(frame, watch, () -> {}),
                change::drop));
    }

    /** Bind of what is served. */
    void bind(HookExecution execution, RecordedResult recording, Names.Change<Portal> change, @Nullable Portal before) {
        SqlStatement statement = execution.statement();
        List<Integer> types = execution.parameterTypesInForce();
        statement.served(new Served(recording, types == null ? recording.parameterTypes() : types, exchange()));
        wait(new OwnMessage(
                steering.take(),
                false,
                out -> {
                    if (before != null && before.execution() != null) {
                        before.gone();
                    }
                    change.confirm();
                    BindComplete.INSTANCE.write(out.room());
                },
                error -> {
                    change.drop();
                    execution.failed(error);
                },
                () -> {
                    change.drop();
                    execution.skipped();
                }));
    }

    /** Describe of such a portal. */
    void describePortal(HookExecution execution) {
        wait(new OwnMessage(
                steering.take(), false, out -> describedPortal(execution, out.room()), error -> {}, () -> {}));
    }

    private static void describedPortal(HookExecution execution, ByteBuf out) {
        OwnResult own = execution.own();
        RecordedResult recorded = own == null ? null : own.recorded();
        RowShape shape = OwnReplies.shape(execution.statement(), OwnReplies.columns(execution));
        boolean query = recorded != null && recorded.isQuery();
        if (recorded != null && query && shape.isPlain()) {
            recorded.writeDescription(out);
        } else {
            OwnReplies.describe(RowShape.in(shape.shown(), execution.resultFormats()), query, out);
        }
    }

    /** Execute of such a portal. */
    void execute(String name, HookExecution execution, OwnResult own, int maxRows) {
        wait(new OwnMessage(
                steering.take(), false, out -> executed(name, execution, own, maxRows, out), execution::failed, () -> {
                    if (!execution.hasRun()) {
                        execution.skipped();
                    }
                }));
    }

    private void executed(String name, HookExecution execution, OwnResult own, int maxRows, AnswerSink out) {
        if (execution.isOver()) {
            if (!own.isQuery()) {
                throw new PgErrorException(
                        SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "portal \"" + name + "\" cannot be run");
            }
            new CommandComplete("SELECT 0").write(out.room());
            return;
        }
        ByteBuf to = out.room();
        int before = to.readableBytes();
        boolean end = rows(execution, own, maxRows, to);
        execution.ran(end ? own.total() - execution.rowsSoFar() : maxRows, to.readableBytes() - before);
        steering.statementRan();
        if (end) {
            execution.succeeded();
        }
    }

    private static boolean rows(HookExecution execution, OwnResult own, int maxRows, ByteBuf to) {
        RecordedResult recorded = own.recorded();
        if (!own.isReady() && recorded != null) {
            RowShape shape = OwnReplies.shape(execution.statement(), recorded.columns());
            if (maxRows <= 0 && shape.isPlain()) {
                own.writeAll(recorded, to);
                return true;
            }
            own.replay(recorded, shape.pipe(execution));
        }
        return own.write(maxRows, to);
    }

    /** Close of such a portal. */
    void closePortal(Names.Change<Portal> change, Portal portal) {
        wait(new OwnMessage(
                steering.take(),
                true,
                out -> {
                    change.confirm();
                    portal.gone();
                    CloseComplete.INSTANCE.write(out.room());
                },
                error -> {},
                change::drop));
    }
}
