package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.frontend.Close;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Which prepared statements the upstream of an exchange holds, and brings those there that it does not: others were
 * prepared elsewhere, or read otherwise when hooks have changed, or have been answered from recordings so far.
 */
final class PreparedTexts {
    private final HookSteering steering;

    /** What was prepared in the exchange at hand: it is on its way to wherever the exchange goes. */
    private final Map<String, SqlStatement> sentHere = new HashMap<>(2);

    private long sentIn;

    PreparedTexts(HookSteering steering) {
        this.steering = steering;
    }

    void beginExchange() {
        long exchange = steering.exchange().number();
        if (sentIn != exchange) {
            sentIn = exchange;
            sentHere.clear();
        }
    }

    /** Goes where its exchange goes. */
    void sent(String name, SqlStatement statement) {
        beginExchange();
        sentHere.put(name, statement);
    }

    /** Whether it was sent in the exchange at hand. */
    boolean isSentHere(String name, SqlStatement statement) {
        return sentHere.get(name) == statement;
    }

    /** Where statements can be wanted on several upstreams, each that has it is remembered. */
    Consumer<Upstream> heldAs(String name, SqlStatement statement) {
        return steering.route().isAsked()
                ? upstream -> steering.upstreams().holds(upstream, name, statement)
                : upstream -> {};
    }

    /** The upstream may not hold the statement, or may hold another one under its name. */
    void heal(String name, SqlStatement statement, boolean reparse, boolean here) {
        if (!statement.isMadeBySql() && (reparse || (!here && isLacking(name, statement)))) {
            bringNamed(statement).run(); // what EXECUTE is described as is found out when it is prepared
            statement.unprepared(null);
            Consumer<Upstream> held = heldAs(name, statement);
            HealedParse healed = HealedParse.parse(
                    upstream -> {
                        statement.owed(false);
                        held.accept(upstream);
                    },
                    statement::unprepared);
            steering.traffic().ask(ExpectedAnswers.CLOSE, healed, close(name));
            steering.traffic().ask(ExpectedAnswers.PARSE, healed, parse(name, statement));
        }
    }

    /** No upstream was asked to prepare it, or another one than the exchange goes to. */
    private boolean isLacking(String name, SqlStatement statement) {
        return statement.isOwed()
                || (steering.route().isAsked()
                        && !steering.upstreams().isHeld(steering.traffic().target(), name, statement));
    }

    /** Those of some names that stand for something else where the exchange goes. */
    List<NamedStatement> differing(List<NamedStatement> names) {
        beginExchange();
        return names.stream().filter(this::differs).toList();
    }

    private boolean differs(NamedStatement named) {
        SqlStatement statement = named.statement();
        return statement == null
                ? steering.upstreams().mayHold(steering.traffic().target(), named.name())
                : !statement.isMadeBySql()
                        && !isSentHere(named.name(), statement)
                        && isLacking(named.name(), statement);
    }

    /** Has the upstream know a name as the session does, in the batch of the message at hand. */
    void bring(NamedStatement named) {
        if (named.statement() == null) {
            free(named.name());
        } else {
            bring(named.name(), named.statement());
        }
    }

    /** What the upstream does not hold is prepared there now, in the batch of the message at hand. */
    void bring(String name, SqlStatement statement) {
        beginExchange();
        if (!statement.isMadeBySql() && !isSentHere(name, statement) && isLacking(name, statement)) {
            sent(name, statement);
            heal(name, statement, true, false);
        }
    }

    /** A name that stands for nothing is free: a Close of it may have gone to another upstream. */
    void free(String name) {
        Upstream target = steering.traffic().target();
        if (!name.isEmpty() && steering.upstreams().mayHold(target, name)) {
            HealedParse closed =
                    HealedParse.close(upstream -> steering.upstreams().closed(upstream, name));
            steering.traffic().ask(ExpectedAnswers.CLOSE, closed, close(name));
        }
    }

    /**
     * As {@link #bring}, for what the SQL of a statement names.
     *
     * @return does it, when the message goes on: by then other messages may have changed what the names stand for
     */
    Runnable bringNamed(SqlStatement statement) {
        List<NamedStatement> named = steering.names().named(statement.facts().effects());
        return () -> named.forEach(each -> {
            if (each.statement() != statement) { // it may name itself
                bring(each);
            }
        });
    }

    /**
     * As {@link #bring}, in front of the message at hand: goes on with the columns that the statement has.
     *
     * @param failed called instead if that fails: then so has the client's batch
     */
    void bringAndDescribe(String name, SqlStatement statement, Consumer<List<Column>> then, Runnable failed) {
        bring(name, statement);
        AnswerOwner comparison = new ColumnComparison(
                steering, ColumnComparison.Last.DESCRIBE, described -> then.accept(described.get(0)), failed);
        steering.traffic().ask(ExpectedAnswers.DESCRIBE, comparison, describe(name));
        steering.traffic().urge();
    }

    /**
     * Which columns a statement has that is read otherwise now, and which it had: the upstream is asked for both, the
     * new one under a name of our own. If that fails, so has the client's batch, and nobody is told.
     */
    void compare(String name, SqlStatement old, SqlStatement renewed, BiConsumer<List<Column>, List<Column>> then) {
        if (old.isOwed()
                || (steering.route().isAsked()
                        && !steering.upstreams().isHeld(steering.traffic().target(), name, old))) {
            then.accept(List.of(), List.of()); // it was never run there
            return;
        }
        String other = steering.portalOfOurOwn();
        AnswerOwner comparison = new ColumnComparison(
                steering,
                ColumnComparison.Last.CLOSE,
                described -> then.accept(described.get(0), described.get(1)),
                steering::dropUndecided);
        steering.traffic().ask(ExpectedAnswers.DESCRIBE, comparison, describe(name));
        steering.traffic().ask(ExpectedAnswers.PARSE, comparison, parse(other, renewed));
        steering.traffic().ask(ExpectedAnswers.DESCRIBE, comparison, describe(other));
        steering.traffic().ask(ExpectedAnswers.CLOSE, comparison, close(other));
        steering.traffic().urge();
    }

    /** The Parse as it goes on: with the text that hooks have given the statement. */
    Frame asSent(Frame message, String name, SqlStatement statement) {
        if (!statement.isRewritten()) {
            return message;
        }
        message.release();
        ByteBuf bytes = parse(name, statement);
        return new Frame((byte) 'P', bytes.readableBytes() - 1, bytes);
    }

    private static ByteBuf describe(String statement) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(64);
        new Describe(Target.STATEMENT, statement).write(bytes);
        return bytes;
    }

    /** The message that prepares it. */
    static ByteBuf parse(String name, SqlStatement statement) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(256);
        new Parse(name, statement.sql(), statement.parameterTypes()).write(bytes);
        return bytes;
    }

    private static ByteBuf close(String statement) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(64);
        new Close(Target.STATEMENT, statement).write(bytes);
        return bytes;
    }
}
