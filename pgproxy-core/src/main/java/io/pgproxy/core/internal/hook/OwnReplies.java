package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.hook.row.RecordedResult;
import io.pgproxy.hook.Answer;
import io.pgproxy.hook.Reply;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.BindComplete;
import io.pgproxy.protocol.message.backend.CloseComplete;
import io.pgproxy.protocol.message.backend.CommandComplete;
import io.pgproxy.protocol.message.backend.NoData;
import io.pgproxy.protocol.message.backend.ParameterDescription;
import io.pgproxy.protocol.message.backend.ParseComplete;
import io.pgproxy.protocol.message.backend.RowDescription;
import io.pgproxy.protocol.server.PgErrorException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers messages in the place of an upstream. Each waits until everything before it has been answered, so that what
 * the client has sent so far is known to have succeeded.
 */
final class OwnReplies {
    static final PgError IN_FAILED_BLOCK = PgError.of(
            SqlState.IN_FAILED_SQL_TRANSACTION,
            "current transaction is aborted, commands ignored until end of transaction block");

    private final HookSteering steering;

    OwnReplies(HookSteering steering) {
        this.steering = steering;
    }

    /** ParseComplete of a claimed statement. */
    void parsed(Runnable then) {
        inSoundBlock(() -> {
            then.run();
            say(out -> ParseComplete.INSTANCE.write(out));
        });
    }

    void bound(HookExecution execution, Runnable then) {
        inSoundBlock(execution, () -> {
            then.run();
            say(out -> BindComplete.INSTANCE.write(out));
        });
    }

    void closed(Runnable then) {
        steering.afterAnswers(() -> {
            then.run();
            say(out -> CloseComplete.INSTANCE.write(out));
        });
    }

    /** Describe of a claimed statement. */
    void describedStatement(SqlStatement statement) {
        inSoundBlock(() -> tryTo(() -> {
            List<Column> shown = shape(statement, columns(statement)).shown();
            say(out -> {
                new ParameterDescription(statement.parameterTypes()).write(out);
                describe(shown, false, out);
            });
        }));
    }

    /** Describe of a portal that no upstream knows. */
    void describedPortal(HookExecution execution) {
        inSoundBlock(() -> tryTo(() -> {
            List<Column> shown =
                    RowShape.in(shape(execution.statement(), columns(execution)).shown(), execution.resultFormats());
            say(out -> describe(shown, isRecordedQuery(execution), out));
        }));
    }

    /** A query may have no columns; what a hook answers without columns is none. */
    static void describe(List<Column> shown, boolean query, ByteBuf out) {
        if (shown.isEmpty() && !query) {
            NoData.INSTANCE.write(out);
        } else {
            new RowDescription(shown).write(out);
        }
    }

    /** Execute of a portal that no upstream knows. */
    void executed(HookExecution execution, OwnResult result, int maxRows) {
        inSoundBlock(
                execution,
                () -> produced(execution, result, () -> {
                    ByteBuf out = ByteBufAllocator.DEFAULT.buffer(256);
                    boolean end = result.write(maxRows, out);
                    execution.ran(end ? result.total() - execution.rowsSoFar() : maxRows, out.readableBytes());
                    steering.statementRan();
                    if (end) {
                        execution.succeeded();
                    }
                    steering.say(out);
                }));
    }

    /** Execute of such a portal that has come to its end, see PortalRun in the server's pquery.c. */
    void executedAgain(OwnResult result, String portal) {
        inSoundBlock(() -> {
            if (result.isQuery()) {
                say(out -> new CommandComplete("SELECT 0").write(out));
            } else {
                steering.refuse(
                        PgError.of(
                                SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "portal \"" + portal + "\" cannot be run"),
                        "");
            }
        });
    }

    /** Once everything before it has been answered; in a failed block the server would refuse it. */
    private void inSoundBlock(Runnable then) {
        inSoundBlock(null, then);
    }

    private void inSoundBlock(@Nullable HookExecution execution, Runnable then) {
        steering.afterAnswers(() -> {
            if (steering.traffic().target().isBlockFailed()) {
                if (execution != null) {
                    execution.failed(IN_FAILED_BLOCK);
                }
                steering.refuse(IN_FAILED_BLOCK, "");
            } else {
                then.run();
            }
        });
    }

    /** A Query that no upstream knows. */
    void queried(HookExecution execution, OwnResult result, Names.@Nullable Change<?> unnamed) {
        steering.afterAnswers(
                () -> {
                    if (unnamed != null) {
                        unnamed.confirm();
                    }
                    queriedNow(execution, result);
                },
                () -> {
                    if (unnamed != null) {
                        unnamed.drop();
                    }
                    execution.skipped();
                });
    }

    private void queriedNow(HookExecution execution, OwnResult result) {
        TransactionStatus status = steering.session().transaction();
        if (status == TransactionStatus.FAILED) {
            execution.failed(IN_FAILED_BLOCK);
            steering.refuse(IN_FAILED_BLOCK, "");
            return;
        }
        RecordedResult recorded = result.recorded();
        if (recorded != null && shape(execution.statement(), recorded.columns()).isPlain()) {
            ByteBuf out = ByteBufAllocator.DEFAULT.buffer(256);
            recorded.writeDescription(out);
            result.writeAll(recorded, out);
            succeeded(execution, result, out, status);
            return;
        }
        produced(execution, result, () -> {
            List<Column> columns = columns(execution);
            ByteBuf out = ByteBufAllocator.DEFAULT.buffer(256);
            if (!columns.isEmpty() || isRecordedQuery(execution)) {
                new RowDescription(shape(execution.statement(), columns).shown()).write(out);
            }
            result.write(0, out);
            succeeded(execution, result, out, status);
        });
    }

    private void succeeded(HookExecution execution, OwnResult result, ByteBuf out, TransactionStatus status) {
        execution.ran(result.total(), out.readableBytes());
        execution.succeeded();
        steering.sayLast(out, status);
    }

    /** Asks for the result, once; goes on if there is one. */
    private void produced(HookExecution execution, OwnResult result, Runnable then) {
        Answer answer = execution.statement().answer();
        RecordedResult recorded = result.recorded();
        if (result.isReady()) {
            then.run();
        } else if (recorded != null) {
            unlessItFails(
                    execution,
                    () -> result.replay(
                            recorded,
                            shape(execution.statement(), recorded.columns()).pipe(execution)),
                    then);
        } else if (answer != null) {
            ask(answer, execution, result, then);
        }
    }

    private void ask(Answer answer, HookExecution execution, OwnResult result, Runnable then) {
        String hook = execution.statement().answeredBy();
        new ReplyStage(answer, hook).run(execution, Reply.command(""), steering.deferrals(), new Decision<>() {
            @Override
            public void decided(Reply reply, String by) {
                unlessItFails(
                        execution,
                        () -> {
                            if (reply.columns().size() != answer.columns().size()) {
                                throw new PgErrorException(
                                        SqlState.SYSTEM_ERROR,
                                        "the hook replied with other columns than it has announced");
                            }
                            RowShape shape = shape(execution.statement(), answer.columns());
                            result.replied(
                                    reply,
                                    RowShape.in(answer.columns(), execution.resultFormats()),
                                    shape.pipe(execution));
                        },
                        then);
            }

            @Override
            public void rejected(PgError error, String by) {
                steering.refuse(error, hook, List.of(execution), 0);
            }
        });
    }

    /** Makes rows of a result; an error in that is the execution's. */
    private void unlessItFails(HookExecution execution, Runnable work, Runnable then) {
        PgError failure = failureOf(execution, work);
        if (failure == null) {
            then.run();
        } else {
            execution.failed(failure);
            steering.refuse(failure, execution.statement().answeredBy());
        }
    }

    private @Nullable PgError failureOf(HookExecution execution, Runnable work) {
        try {
            work.run();
            return null;
        } catch (PgErrorException failure) {
            return failure.error();
        } catch (RuntimeException failure) {
            steering.log(failure);
            return PgError.of(
                    SqlState.SYSTEM_ERROR,
                    "the reply of the hook \"" + execution.statement().answeredBy() + "\" could not be sent");
        }
    }

    private void tryTo(Runnable work) {
        try {
            work.run();
        } catch (PgErrorException failure) {
            steering.refuse(failure.error(), "");
        }
    }

    static boolean isRecordedQuery(HookExecution execution) {
        OwnResult own = execution.own();
        RecordedResult recorded = own == null ? null : own.recorded();
        return recorded != null && recorded.isQuery();
    }

    private static List<Column> columns(SqlStatement statement) {
        Answer answer = statement.answer();
        return answer == null ? List.of() : answer.columns();
    }

    /** The columns of what an execution is answered with, before any transform. */
    static List<Column> columns(HookExecution execution) {
        OwnResult own = execution.own();
        RecordedResult recorded = own == null ? null : own.recorded();
        return recorded == null ? columns(execution.statement()) : recorded.columns();
    }

    /**
     * What transforms make of them; they are asked once for a statement, and know nothing of an execution's formats.
     */
    static RowShape shape(SqlStatement statement, List<Column> columns) {
        RowShape known = statement.shape();
        if (known == null) {
            List<Column> plain = RowShape.in(columns, List.of(Format.TEXT));
            known = RowShape.of(statement.generation().stages(), statement, plain);
            statement.shape(known);
        }
        return known;
    }

    private void say(Consumer<ByteBuf> answer) {
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer(64);
        answer.accept(out);
        steering.say(out);
    }
}
