package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.hook.row.RecordedResult;
import io.pgproxy.hook.Answer;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.server.PgErrorException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides about Bind: an execution begins. */
final class BindMessages {
    private static final PgError CHANGED =
            PgError.of(SqlState.FEATURE_NOT_SUPPORTED, "cached plan must not change result type");

    private final HookSteering steering;
    private final Preparation preparation;
    private final Admission admission;
    private final OwnReplies replies;
    private final PreparedTexts prepared;
    private final ServedAnswers served;

    BindMessages(
            HookSteering steering,
            Preparation preparation,
            Admission admission,
            PreparedTexts prepared,
            ServedAnswers served) {
        this.steering = steering;
        this.preparation = preparation;
        this.admission = admission;
        this.replies = admission.replies();
        this.prepared = prepared;
        this.served = served;
    }

    private Names<SqlStatement> statements() {
        return steering.names().statements;
    }

    private Names<Portal> portals() {
        return steering.names().portals;
    }

    private long exchange() {
        return steering.exchange().number();
    }

    void bind() {
        prepared.beginExchange();
        ByteBuf body = steering.frame().body();
        BodyReader reader = new BodyReader(body.slice());
        String portal = reader.string();
        String name = reader.string();
        steering.exchange().bindsPortal(portal);
        if (statements().mustWait(name, exchange())
                || steering.isUnsettled(portals().find(portal))) {
            steering.waitForAnswers();
            return;
        }
        SqlStatement statement = statements().find(name);
        if (statement == null) {
            steering.refuse(StatementMessages.none(name), "");
            return;
        }
        if (steering.governed().mustWait(steering.session().terms().settings(), exchange())) {
            steering.waitForAnswers();
            return;
        }
        PgError governed = steering.governed().check(statement.facts());
        if (governed != null) {
            steering.refuse(governed, "", List.of(steering.begin(statement, body)), 0);
            return;
        }
        if (statement.generation().equals(steering.generation()) || statement.isEmpty()) {
            bind(portal, name, statement, false);
        } else {
            renew(portal, name, statement);
        }
    }

    /** The hooks are others than when the statement was prepared, or see the session in another light. */
    private void renew(String portal, String name, SqlStatement old) {
        SqlStatement statement = old.renewed(steering.generation());
        preparation.prepare(statement, steering.governed(), new Decision<>() {
            @Override
            public void decided(SqlStatement renewed, String by) {
                renewed(portal, name, old, renewed);
            }

            @Override
            public void rejected(PgError error, String by) {
                HookExecution execution =
                        steering.begin(statement, steering.frame().body());
                steering.refuse(error, by, List.of(execution), 0);
            }
        });
    }

    private void renewed(String portal, String name, SqlStatement old, SqlStatement renewed) {
        Answer before = old.answer();
        Answer after = renewed.answer();
        if ((before == null) != (after == null)) {
            steering.refuse(CHANGED, "");
        } else if (before != null && after != null) {
            goOn(portal, name, renewed, ColumnComparison.isSame(before.columns(), after.columns()), false);
        } else if (renewed.sql().equals(old.sql()) && !isTransformed(old) && !isTransformed(renewed)) {
            goOn(portal, name, renewed, true, false);
        } else {
            compare(portal, name, old, renewed);
        }
    }

    private static boolean isTransformed(SqlStatement statement) {
        return !statement.generation().stages().transform.isEmpty();
    }

    private void compare(String portal, String name, SqlStatement old, SqlStatement renewed) {
        boolean reparse = !renewed.sql().equals(old.sql());
        steering.route(
                () -> prepared.compare(name, old, renewed, (before, after) -> {
                    try {
                        boolean same = ColumnComparison.isSame(shown(old, before), shown(renewed, after));
                        goOn(portal, name, renewed, same, reparse);
                    } catch (PgErrorException failure) {
                        steering.refuse(failure.error(), "");
                    }
                }),
                steering::refuse);
    }

    private static List<Column> shown(SqlStatement statement, List<Column> columns) {
        return RowShape.of(statement.generation().stages(), statement, columns).shown();
    }

    private void goOn(String portal, String name, SqlStatement renewed, boolean sameColumns, boolean reparse) {
        if (sameColumns) {
            statements().change(name, renewed, exchange()).confirm();
            bind(portal, name, renewed, reparse);
        } else {
            steering.refuse(CHANGED, "");
        }
    }

    private void bind(String portal, String name, SqlStatement statement, boolean reparse) {
        if (statement.isEmpty()) {
            NameWatch watch = new NameWatch(
                    steering.session(), portals().change(portal, new Portal(statement, null, false), exchange()));
            steering.forwardBehind(() -> prepared.bring(name, statement), watch);
            return;
        }
        HookExecution execution = steering.begin(statement, steering.frame().body());
        admission.admit(execution, true, new Decision<>() {
            @Override
            public void decided(HookExecution admitted, String by) {
                admitted(portal, name, admitted, reparse);
            }

            @Override
            public void rejected(PgError error, String by) {
                steering.refuse(error, by, List.of(execution), 0);
            }
        });
    }

    private void admitted(String portal, String name, HookExecution execution, boolean reparse) {
        Portal value = new Portal(execution.statement(), execution, false);
        Portal before = portals().find(portal);
        boolean own = execution.own() != null;
        if (before != null && !portal.isEmpty() && (own || before.isOwn())) {
            PgError taken = PgError.of(SqlState.DUPLICATE_CURSOR, "cursor \"" + portal + "\" already exists");
            steering.refuse(taken, "", List.of(execution), 0);
            return;
        }
        OwnResult result = execution.own();
        RecordedResult recorded = result == null ? null : result.recorded();
        if (recorded != null && served.takesOwn(execution)) {
            served.bind(execution, recorded, portals().change(portal, value, exchange()), before);
        } else if (own) {
            replies.bound(execution, () -> {
                gone(before);
                portals().change(portal, value, exchange()).confirm();
            });
        } else {
            steering.heldBack().release(() -> unserved(portal, name, value, execution, reparse));
        }
    }

    /** What was told of the statement from a recording has to be true. */
    private void unserved(String portal, String name, Portal value, HookExecution execution, boolean reparse) {
        SqlStatement statement = execution.statement();
        Served told = statement.served();
        if (!statement.isOwed() || told == null || prepared.isSentHere(name, statement)) {
            send(portal, name, value, execution, reparse);
            return;
        }
        Runnable failed = () -> {
            execution.skipped();
            steering.dropUndecided();
        };
        steering.route(
                () -> {
                    admission.putSettings(execution); // names are looked up by them
                    prepared.bringAndDescribe(
                            name,
                            statement,
                            columns -> {
                                if (ColumnComparison.isSame(told.recording().columns(), columns)) {
                                    send(portal, name, value, execution, false);
                                } else {
                                    steering.refuse(CHANGED, "", List.of(execution), 0);
                                }
                            },
                            failed);
                },
                (error, by) -> steering.refuse(error, by, List.of(execution), 0));
    }

    private void send(String portal, String name, Portal value, HookExecution execution, boolean reparse) {
        Portal before = portals().find(portal);
        ResultFlow flow = new ResultFlow(execution);
        execution.flow(flow);
        Names.Change<Portal> change = portals().change(portal, value, exchange());
        NameWatch watch = flow.isRecording()
                ? new RecordedBindWatch(steering.session(), change, upstream -> gone(before), execution::unbound, flow)
                : new NameWatch(steering.session(), change, upstream -> gone(before), execution::unbound);
        SqlStatement statement = execution.statement();
        RowShape shape = statement.shape();
        if (shape != null) {
            flow.described(shape);
        }
        steering.willRun(execution);
        Runnable named = prepared.bringNamed(statement);
        steering.forwardBehind(
                () -> {
                    admission.putSettings(execution);
                    boolean here = prepared.isSentHere(name, statement); // its Parse may have been held until now
                    named.run();
                    prepared.heal(name, statement, reparse, here);
                },
                watch);
    }

    /** The unnamed portal is replaced; another one with the same name stands in the way, and the server says so. */
    private static void gone(@Nullable Portal before) {
        if (before != null && before.execution() != null) {
            before.gone();
        }
    }
}
