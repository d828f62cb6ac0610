package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.Refusal;
import io.pgproxy.core.internal.session.RefusalAnswer;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a client's Bind, Describe and Close find its prepared statements on whatever connection it has: those of
 * {@link Parsing} by a name that all clients with the same text share. What a connection lacks is prepared in front of
 * the message that needs it. Statements of PREPARE, and those that SQL names, are there by the client's own name, for
 * the text of EXECUTE has it.
 */
final class Statements {
    private final Repetition repetition;
    private final Prelude prelude;
    private final KeyedPool home;
    private final ClientState state;
    private final UnnamedStatements unnamed;

    /** What was named last: its name need not be read again. */
    private @Nullable ClientStatement recent;

    Statements(Repetition repetition, Prelude prelude, KeyedPool home, ClientState state, UnnamedStatements unnamed) {
        this.repetition = repetition;
        this.prelude = prelude;
        this.home = home;
        this.state = state;
        this.unnamed = unnamed;
    }

    /** Whether a Bind can pass as it is, and leaves nothing behind when it is executed. */
    boolean passes(ByteBuf buffer, int body, int length, PooledConnection to) {
        PooledStatement statement = state.unnamed();
        return statement != null
                && length > 1
                && buffer.getByte(body) == 0
                && buffer.getByte(body + 1) == 0
                && statement.footprint().isNothing()
                && to.held().unnamed() == statement;
    }

    /**
     * Whether a statement has to be prepared anew, and definitions have been changed since the client has prepared it:
     * then it is asked for, and what needs it waits for what its columns are.
     */
    boolean mustCompare(StatementUse use, PooledConnection to) {
        ClientStatement mine = use.mine();
        PooledStatement statement = mine == null ? null : mine.statement();
        if (statement == null
                || statement.isOfSql()
                || to.upstream().expected().isSkipping()
                || statement.definitions() == home.pool().definitions()
                || statement.isUndescribed()
                || to.held().has(statement.name(), statement)) {
            return false;
        }
        prelude.prepare(statement.name(), statement, true, to);
        Prelude.learnColumns(statement.name(), statement, to);
        return true;
    }

    /** Whether a statement is not the one any more that the client has prepared. */
    boolean isChanged(StatementUse use, PooledConnection to) {
        ClientStatement mine = use.mine();
        return mine != null && !mine.statement().isOfSql() && to.held().isChanged(mine.there());
    }

    /** Refuses a message within a batch, in its place. */
    void refuse(Frame frame, PgError why, PooledConnection to) {
        frame.release();
        Prelude.due(ExpectedAnswers.EXECUTE, RefusalAnswer.of(why, Refusal.UNTOLD), to);
        to.upstream().send(RefusalAnswer.impossibleExecute(prelude.nameOfNobody()));
    }

    /** Finds what a Bind or Describe names. */
    StatementUse use(Frame frame, int offset, PooledConnection to) {
        ByteBuf bytes = frame.bytes();
        ClientStatement before = recent;
        String name = before != null && before.isNamedAt(bytes, bytes.readerIndex() + NamesInMessages.HEADER + offset)
                ? before.name()
                : NamesInMessages.nameAt(frame, offset);
        ClientStatement mine = name.isEmpty() ? null : prelude.mine(name, to);
        recent = mine == null ? before : mine;
        return new StatementUse(frame, offset, name, mine);
    }

    /** What the statement leaves behind that a message names. */
    Footprint left(StatementUse use) {
        ClientStatement mine = use.mine();
        PooledStatement statement = use.isOfUnnamed() ? state.unnamed() : mine == null ? null : mine.statement();
        return statement == null ? Footprint.NONE : statement.footprint();
    }

    /** The parameters of a Bind that are names of settings to its statement; null if they cannot be told. */
    @Nullable
    Set<String> namesOfSettings(StatementUse bind) {
        Footprint left = left(bind);
        return left.has(Footprint.SETS_BY_PARAMETER) ? BoundNames.of(bind.frame(), left.parameters()) : null;
    }

    /** Sends a Bind: what its portal leaves behind. */
    Footprint bind(StatementUse use, PooledConnection to) {
        send(ExpectedAnswers.BIND, use, to);
        return left(use);
    }

    void describe(StatementUse use, PooledConnection to) {
        send(ExpectedAnswers.DESCRIBE, use, to);
    }

    private void send(byte kind, StatementUse use, PooledConnection to) {
        if (use.isOfUnnamed()) {
            unnamed(to);
        } else {
            named(use, to);
        }
        ClientStatement mine = use.mine();
        Prelude.due(kind, mine, to);
        if (mine == null || mine.statement().isOfSql()) {
            to.upstream().send(use.frame().bytes());
        } else {
            int at = NamesInMessages.HEADER + use.offset();
            NamesInMessages.sendRenamed(use.frame(), at, mine.nameLength(), mine.there(), to);
        }
    }

    /** Sees to it that the statement without a name is the client's own. */
    private void unnamed(PooledConnection to) {
        PooledStatement statement = state.unnamed();
        if (statement == null && to.held().unnamed() != null) {
            Prelude.close("", to); // for each that names it: a Close may be skipped, and it is another client's
        } else if (statement != null && to.held().unnamed() != statement) {
            unnamed.becomes(statement, to);
            prelude.prepare("", statement, true, to);
        }
    }

    /** Sees to it that a name means there what it means to the client. */
    private void named(StatementUse use, PooledConnection to) {
        ClientStatement mine = use.mine();
        if (mine == null) {
            prelude.absent(use.name(), true, to);
        } else if (!to.held().has(mine.there(), mine.statement())) {
            prelude.prepare(mine.there(), mine.statement(), true, to);
        }
    }

    /** The client closes a statement; the message goes as it is: there it may be by that name if SQL named it. */
    void close(Frame frame, PooledConnection to) {
        String name = NamesInMessages.nameAt(frame, 1);
        PooledStatement held = null;
        ClientStatement closed = null;
        if (name.isEmpty()) {
            unnamed.becomes(null, to);
        } else {
            held = to.held().at(name);
            closed = state.statements().remove(name);
        }
        Prelude.due(ExpectedAnswers.CLOSE, new CloseWatch(name, closed, held, state, repetition, to), to);
        to.upstream().send(frame.bytes());
    }

    /** Tells how many there are. */
    @Override
    public String toString() {
        return "Statements[" + state.statements().size() + "]";
    }
}
