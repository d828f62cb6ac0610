package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.Column;
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
 * prepared elsewhere, or read otherwise when hooks have changed.
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
        Upstream target = steering.traffic().target();
        boolean elsewhere =
                steering.route().isAsked() && !here && !steering.upstreams().isHeld(target, name, statement);
        if (reparse || elsewhere) {
            HealedParse healed = new HealedParse(heldAs(name, statement));
            steering.traffic().ask(ExpectedAnswers.CLOSE, healed, close(name));
            steering.traffic().ask(ExpectedAnswers.PARSE, healed, parse(name, statement));
        }
    }

    /**
     * Which columns a statement has that is read otherwise now, and which it had: the upstream is asked for both, the
     * new one under a name of our own. If that fails, so has the client's batch, and nobody is told.
     */
    void compare(String name, SqlStatement old, SqlStatement renewed, BiConsumer<List<Column>, List<Column>> then) {
        if (steering.route().isAsked()
                && !steering.upstreams().isHeld(steering.traffic().target(), name, old)) {
            then.accept(List.of(), List.of()); // it was never run there
            return;
        }
        String other = steering.portalOfOurOwn();
        ColumnComparison comparison = new ColumnComparison(steering, then);
        steering.traffic().ask(ExpectedAnswers.DESCRIBE, comparison, describe(name));
        steering.traffic().ask(ExpectedAnswers.PARSE, comparison, parse(other, renewed));
        steering.traffic().ask(ExpectedAnswers.DESCRIBE, comparison, describe(other));
        steering.traffic().ask(ExpectedAnswers.CLOSE, comparison, close(other));
        steering.traffic().urge();
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
