package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.Target;
import java.util.List;

/** Decides about Execute, and about Describe and Close of a portal. */
final class PortalMessages {
    private final HookSteering steering;
    private final Admission admission;
    private final OwnReplies replies;
    private final ServedAnswers served;

    PortalMessages(HookSteering steering, Admission admission, ServedAnswers served) {
        this.steering = steering;
        this.admission = admission;
        this.replies = admission.replies();
        this.served = served;
    }

    private Names<Portal> portals() {
        return steering.names().portals;
    }

    private long exchange() {
        return steering.exchange().number();
    }

    void describe(String name) {
        if (mustWaitForPortal(name)) {
            steering.waitForAnswers();
            return;
        }
        Portal portal = portals().find(name);
        if (portal == null) {
            steering.refuse(none(name), "");
            return;
        }
        HookExecution execution = portal.execution();
        steering.exchange().usePortal(execution);
        if (execution != null && served.takesOwn(execution)) {
            served.describePortal(execution);
        } else if (execution != null && execution.own() != null) {
            replies.describedPortal(execution);
        } else if (!portal.statement().generation().stages().readsColumns()) {
            steering.forward(null);
        } else {
            steering.forward(new DescribeWatch(steering.session(), portal.statement(), execution, true));
        }
    }

    void execute() {
        BodyReader reader = new BodyReader(steering.frame().body());
        String name = reader.string();
        int maxRows = reader.int32();
        reader.end();
        steering.exchange().executesPortal(name, maxRows);
        if (mustWaitForPortal(name)) {
            steering.waitForAnswers();
            return;
        }
        Portal portal = portals().find(name);
        if (portal == null) {
            steering.refuse(none(name), "");
            return;
        }
        HookExecution execution = portal.execution();
        steering.exchange().usePortal(execution);
        if (execution == null && !portal.statement().isEmpty()) {
            cursor(name, portal.statement(), maxRows);
        } else if (execution != null && execution.own() != null) {
            if (served.takesOwn(execution)) {
                served.execute(name, execution, execution.own(), maxRows);
            } else {
                executeOwn(name, portal, execution, execution.own(), maxRows);
            }
        } else if (execution == null || execution.isOver()) {
            steering.forward(null); // nothing runs, or the server says that it cannot run again
        } else {
            send(name, execution, maxRows);
        }
    }

    /** Its transaction may end with what is being answered, and the portal with it. */
    private void executeOwn(String name, Portal portal, HookExecution execution, OwnResult own, int maxRows) {
        steering.afterAnswers(() -> {
            if (!portal.equals(portals().find(name))) {
                steering.refuse(none(name), "");
            } else if (execution.isOver()) {
                replies.executedAgain(own, name);
            } else {
                replies.executed(execution, own, maxRows);
            }
        });
    }

    /** Execute of a cursor that SQL has declared is a run of its own, as FETCH is. */
    private void cursor(String name, SqlStatement statement, int maxRows) {
        HookExecution execution = steering.begin(statement, null);
        PgError over = steering.overShare();
        if (over != null) {
            steering.refuse(over, "", List.of(execution), 0);
            return;
        }
        admission.admit(execution, false, new Decision<>() {
            @Override
            public void decided(HookExecution admitted, String by) {
                ResultFlow flow = new ResultFlow(admitted);
                admitted.flow(flow);
                RowShape shape = statement.shape();
                if (shape != null) {
                    flow.described(shape);
                }
                if (steering.isBehindAnother(admitted.terms().maxTime())) {
                    steering.afterAnswers(() -> sendCursor(name, admitted, maxRows), admitted::skipped);
                } else {
                    sendCursor(name, admitted, maxRows);
                }
            }

            @Override
            public void rejected(PgError error, String by) {
                steering.refuse(error, by, List.of(execution), 0);
            }
        });
    }

    private void sendCursor(String name, HookExecution execution, int maxRows) {
        steering.willRun(execution);
        forward(execution, maxRows, shapes(name, execution));
    }

    private void send(String name, HookExecution execution, int maxRows) {
        SqlStatement statement = execution.statement();
        if (steering.governed().mustWait(execution.terms().settings(), exchange())
                || steering.isBehindAnother(execution.terms().maxTime())) {
            steering.waitForAnswers();
            return;
        }
        PgError over = steering.overShare();
        if (over != null) {
            execution.refused(over, "");
            steering.refuse(over, "");
            return;
        }
        PgError governed = steering.governed().check(statement.facts());
        if (governed != null) {
            execution.refused(governed, "");
            steering.refuse(governed, "");
            return;
        }
        forward(execution, maxRows, shapes(name, execution));
    }

    /** Asks for the columns if somebody wants to look at the rows and nobody has asked yet. */
    private Runnable shapes(String portal, HookExecution execution) {
        SqlStatement statement = execution.statement();
        boolean looked = !execution.stages().transform.isEmpty() || execution.recorder() != null;
        boolean mayHaveRows = statement.facts().transaction() == null;
        return looked && statement.shape() == null && mayHaveRows ? () -> describe(portal, execution) : () -> {};
    }

    /** What the client has not asked for is asked here: rows cannot be read without. */
    private void describe(String portal, HookExecution execution) {
        ByteBuf message = ByteBufAllocator.DEFAULT.buffer(64);
        new Describe(Target.PORTAL, portal).write(message);
        steering.traffic()
                .ask(
                        ExpectedAnswers.DESCRIBE,
                        new DescribeWatch(steering.session(), execution.statement(), execution, false),
                        message);
    }

    private void forward(HookExecution execution, int maxRows, Runnable before) {
        List<Names.Change<?>> changes = steering.names().changes(execution.statement(), exchange());
        ExecuteWatch watch = new ExecuteWatch(steering.session(), steering, execution, changes, maxRows);
        admission.startClock(execution.terms().maxTime(), watch);
        steering.mayBeCut(execution);
        steering.forwardBehind(
                () -> {
                    // Another portal may have been bound since, under other settings.
                    admission.putSettings(execution);
                    before.run();
                    steering.executes(execution);
                },
                watch);
    }

    void close(String name) {
        if (mustWaitForPortal(name)) {
            steering.waitForAnswers();
            return;
        }
        Portal portal = portals().find(name);
        Names.Change<Portal> change = portals().change(name, null, exchange());
        HookExecution execution = portal == null ? null : portal.execution();
        if (portal != null && execution != null && served.takesOwn(execution)) {
            served.closePortal(change, portal);
        } else if (portal != null && execution != null && execution.own() != null) {
            replies.closed(() -> {
                change.confirm();
                portal.gone();
            });
        } else {
            steering.forward(new PortalCloseWatch(steering.session(), change, portal));
        }
    }

    /**
     * Whether only answers can tell what a portal is; one of our own may go with its transaction, unlike the others.
     */
    private boolean mustWaitForPortal(String name) {
        return portals().mustWait(name, exchange())
                || steering.isUnsettled(portals().find(name));
    }

    /** What the server says to a name that stands for nothing. */
    static PgError none(String name) {
        return PgError.of(SqlState.INVALID_CURSOR_NAME, "portal \"" + name + "\" does not exist");
    }
}
