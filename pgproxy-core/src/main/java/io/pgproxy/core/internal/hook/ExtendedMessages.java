package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.message.frontend.Close;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.Target;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalysis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides about the messages of the extended protocol: each by what its name stands for. */
final class ExtendedMessages {
    private static final PgError SEVERAL =
            PgError.of(SqlState.SYNTAX_ERROR, "cannot insert multiple commands into a prepared statement");
    private static final PgError CHANGED =
            PgError.of(SqlState.FEATURE_NOT_SUPPORTED, "cached plan must not change result type");

    private final HookSteering steering;
    private final Preparation preparation;
    private final Admission admission;
    private final OwnReplies replies;

    /** What was prepared in the exchange at hand: it is on its way to wherever the exchange goes. */
    private final Map<String, SqlStatement> parsedHere = new HashMap<>(2);

    private long parsedIn;

    ExtendedMessages(HookSteering steering, Preparation preparation) {
        this.steering = steering;
        this.preparation = preparation;
        this.admission = new Admission(steering);
        this.replies = admission.replies();
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

    private void beginExchange() {
        if (parsedIn != exchange()) {
            parsedIn = exchange();
            parsedHere.clear();
        }
    }

    void parse() {
        beginExchange();
        if (admission.mustPutSessionSettings()) {
            admission.putSessionSettings(steering::again);
            return;
        }
        ByteBuf body = steering.frame().body();
        BodyReader reader = new BodyReader(body);
        String name = reader.string();
        int from = body.readerIndex();
        int length = body.bytesBefore((byte) 0);
        if (length < 0) {
            throw new ProtocolException("invalid string in message");
        }
        body.skipBytes(length + 1);
        List<Integer> types = reader.list(4, BodyReader::int32);
        reader.end();
        SqlAnalysis analysis = steering.session().engine().analyze(body, from, length);
        List<AnalyzedStatement> found = analysis.statements();
        if (found.size() > 1) {
            steering.refuse(SEVERAL, "");
            return;
        }
        AnalyzedStatement only = found.isEmpty() ? null : found.get(0);
        boolean unsure = !name.isEmpty() && statements().mustWait(name, exchange());
        if (unsure || (only != null && steering.names().mustWait(only.facts().effects(), exchange()))) {
            steering.waitForAnswers();
            return;
        }
        SqlStatement statement =
                new SqlStatement(steering.session(), only, Statement.Form.PREPARED, types, steering.generation());
        preparation.prepare(statement, steering.governed(), new Decision<>() {
            @Override
            public void decided(SqlStatement prepared, String by) {
                parsed(name, prepared);
            }

            @Override
            public void rejected(PgError error, String by) {
                // The server forgets the unnamed statement when another one comes, be that one good or not.
                List<Names.Change<?>> forgotten =
                        name.isEmpty() ? List.of(statements().change(name, null, exchange())) : List.of();
                steering.refuse(error, by, List.of(steering.begin(statement, null)), 0, forgotten);
            }
        });
    }

    private void parsed(String name, SqlStatement statement) {
        steering.exchange().prepares(statement);
        SqlStatement before = name.isEmpty() ? null : statements().find(name);
        boolean own = statement.answer() != null;
        if (before != null && (own || before.answer() != null)) {
            steering.refuse(
                    PgError.of(
                            SqlState.DUPLICATE_PREPARED_STATEMENT,
                            "prepared statement \"" + name + "\" already exists"),
                    "");
            return;
        }
        if (own) {
            replies.parsed(
                    () -> statements().change(name, statement, exchange()).confirm());
            return;
        }
        NameWatch watch = new NameWatch(
                steering.session(), statements().change(name, statement, exchange()), null, heldAs(name, statement));
        parsedHere.put(name, statement);
        if (statement.isRewritten()) {
            steering.forwardInstead((byte) 'P', parse(name, statement), watch);
        } else {
            steering.forward(watch);
        }
    }

    private static ByteBuf parse(String name, SqlStatement statement) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(256);
        new Parse(name, statement.sql(), statement.parameterTypes()).write(bytes);
        return bytes;
    }

    void bind() {
        beginExchange();
        ByteBuf body = steering.frame().body();
        BodyReader reader = new BodyReader(body.slice());
        String portal = reader.string();
        String name = reader.string();
        if (statements().mustWait(name, exchange()) || isUnsettled(portal)) {
            steering.waitForAnswers();
            return;
        }
        SqlStatement statement = statements().find(name);
        if (statement == null) {
            steering.refuse(noStatement(name), "");
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
        if ((old.answer() == null) != (renewed.answer() == null)) {
            steering.refuse(CHANGED, "");
            return;
        }
        boolean reparse = false;
        if (renewed.answer() == null && !renewed.sql().equals(old.sql())) {
            reparse = true;
        }
        statements().change(name, renewed, exchange()).confirm();
        bind(portal, name, renewed, reparse);
    }

    private static ByteBuf close(String statement) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(64);
        new Close(Target.STATEMENT, statement).write(bytes);
        return bytes;
    }

    private void bind(String portal, String name, SqlStatement statement, boolean reparse) {
        if (statement.isEmpty()) {
            steering.forward(new NameWatch(
                    steering.session(),
                    portals().change(portal, new Portal(statement, null, false), exchange()),
                    null,
                    upstream -> {}));
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
        if (own) {
            replies.bound(execution, () -> {
                gone(before);
                portals().change(portal, value, exchange()).confirm();
            });
            return;
        }
        NameWatch watch = new NameWatch(
                steering.session(), portals().change(portal, value, exchange()), execution, upstream -> gone(before));
        ResultFlow flow = new ResultFlow(execution);
        execution.flow(flow);
        RowShape shape = execution.statement().shape();
        if (shape != null) {
            flow.described(shape);
        }
        steering.willRun(execution);
        boolean here = parsedHere.get(name) == execution.statement();
        steering.forwardBehind(
                () -> {
                    admission.putSettings(execution, steering.portalOfOurOwn());
                    heal(name, execution.statement(), reparse, here);
                },
                watch);
    }

    /** Brings back into force, within the batch at hand, what hooks read SQL by. */
    void putReading() {
        admission.putReading(steering.portalOfOurOwn());
    }

    /** Where statements can be wanted on several upstreams, each that has it is remembered. */
    private Consumer<Upstream> heldAs(String name, SqlStatement statement) {
        return steering.routes() ? upstream -> steering.upstreams().holds(upstream, name, statement) : upstream -> {};
    }

    /** The upstream may not hold the statement, or may hold another one under its name. */
    private void heal(String name, SqlStatement statement, boolean reparse, boolean here) {
        Upstream target = steering.traffic().target();
        boolean elsewhere = steering.routes() && !here && !steering.upstreams().isHeld(target, name, statement);
        if (reparse || elsewhere) {
            HealedParse healed = new HealedParse(heldAs(name, statement));
            steering.traffic().ask(ExpectedAnswers.CLOSE, healed, close(name));
            steering.traffic().ask(ExpectedAnswers.PARSE, healed, parse(name, statement));
        }
    }

    /** The unnamed portal is replaced; another one with the same name stands in the way, and the server says so. */
    private static void gone(@Nullable Portal before) {
        if (before != null && before.execution() != null) {
            before.gone();
        }
    }

    void describe() {
        Describe describe = Describe.read(steering.frame().body());
        if (describe.target() == Target.STATEMENT) {
            describeStatement(describe.name());
        } else {
            describePortal(describe.name());
        }
    }

    private void describeStatement(String name) {
        if (statements().mustWait(name, exchange())) {
            steering.waitForAnswers();
            return;
        }
        SqlStatement statement = statements().find(name);
        if (statement == null) {
            steering.refuse(noStatement(name), "");
        } else if (statement.answer() != null) {
            replies.describedStatement(statement);
        } else if (statement.generation().stages().transform.isEmpty()) {
            steering.forward(null);
        } else {
            steering.forward(new DescribeWatch(steering.session(), statement, null, true));
        }
    }

    private void describePortal(String name) {
        if (mustWaitForPortal(name)) {
            steering.waitForAnswers();
            return;
        }
        Portal portal = portals().find(name);
        if (portal == null) {
            steering.refuse(noPortal(name), "");
            return;
        }
        HookExecution execution = portal.execution();
        if (execution != null && execution.own() != null) {
            replies.describedPortal(execution);
        } else if (portal.statement().generation().stages().transform.isEmpty()) {
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
        if (mustWaitForPortal(name)) {
            steering.waitForAnswers();
            return;
        }
        Portal portal = portals().find(name);
        if (portal == null) {
            steering.refuse(noPortal(name), "");
            return;
        }
        HookExecution execution = portal.execution();
        if (execution == null && !portal.statement().isEmpty()) {
            cursor(name, portal.statement(), maxRows);
        } else if (execution != null && execution.own() != null) {
            executeOwn(name, portal, execution, execution.own(), maxRows);
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
                steering.refuse(noPortal(name), "");
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
        admission.admit(execution, false, new Decision<>() {
            @Override
            public void decided(HookExecution admitted, String by) {
                ResultFlow flow = new ResultFlow(admitted);
                admitted.flow(flow);
                RowShape shape = statement.shape();
                if (shape != null) {
                    flow.described(shape);
                }
                steering.willRun(admitted);
                forward(admitted, maxRows, shapes(name, admitted));
            }

            @Override
            public void rejected(PgError error, String by) {
                steering.refuse(error, by, List.of(execution), 0);
            }
        });
    }

    private void send(String name, HookExecution execution, int maxRows) {
        SqlStatement statement = execution.statement();
        if (steering.governed().mustWait(execution.terms().settings(), exchange())) {
            steering.waitForAnswers();
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
        admission.startClock(execution, watch);
        steering.mayBeCut(execution);
        ResultFlow flow = execution.flow();
        steering.forwardBehind(
                () -> {
                    // Another portal may have been bound since, under other settings.
                    admission.putSettings(execution, steering.portalOfOurOwn());
                    before.run();
                    steering.executes(execution);
                    if (flow != null && flow.isTimed()) {
                        steering.traffic().urge(); // or its turn is not known before it ends
                    }
                },
                watch);
    }

    void close() {
        BodyReader reader = new BodyReader(steering.frame().body());
        byte what = reader.int8();
        String name = reader.string();
        reader.end();
        boolean ofStatement = what == 'S';
        if (ofStatement ? statements().mustWait(name, exchange()) : mustWaitForPortal(name)) {
            steering.waitForAnswers();
            return;
        }
        if (ofStatement) {
            SqlStatement statement = statements().find(name);
            Names.Change<?> change = statements().change(name, null, exchange());
            if (statement != null && statement.answer() != null) {
                replies.closed(change::confirm);
            } else {
                steering.forward(new NameWatch(steering.session(), change, null, upstream -> {}));
            }
            return;
        }
        Portal portal = portals().find(name);
        Names.Change<?> change = portals().change(name, null, exchange());
        HookExecution execution = portal == null ? null : portal.execution();
        if (portal != null && execution != null && execution.own() != null) {
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
        return portals().mustWait(name, exchange()) || isUnsettled(name);
    }

    private boolean isUnsettled(String name) {
        Portal portal = portals().find(name);
        return portal != null && portal.isOwn() && !steering.traffic().isQuiet();
    }

    private static PgError noStatement(String name) {
        return PgError.of(
                SqlState.INVALID_SQL_STATEMENT_NAME,
                name.isEmpty()
                        ? "unnamed prepared statement does not exist"
                        : "prepared statement \"" + name + "\" does not exist");
    }

    private static PgError noPortal(String name) {
        return PgError.of(SqlState.INVALID_CURSOR_NAME, "portal \"" + name + "\" does not exist");
    }
}
