package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import java.util.Map;

/**
 * How a client prepares by Parse: under a name of its own what is the same statement for all clients to whom the text
 * means the same. Where the connection has that already, it is not parsed again.
 */
final class Parsing {
    private final VirtualSession session;
    private final Repetition repetition;
    private final Prelude prelude;
    private final KeyedPool home;
    private final ClientState state;
    private final UnnamedStatements unnamed;

    Parsing(
            VirtualSession session,
            Repetition repetition,
            Prelude prelude,
            KeyedPool home,
            ClientState state,
            UnnamedStatements unnamed) {
        this.session = session;
        this.repetition = repetition;
        this.prelude = prelude;
        this.home = home;
        this.state = state;
        this.unnamed = unnamed;
    }

    /** Whether a Parse can pass as it is: it has no name, and leaves nothing behind when it runs. */
    boolean passes(ByteBuf buffer, int body, int length, PooledConnection to) {
        if (length < 2 || buffer.getByte(body) != 0) {
            return false;
        }
        PooledStatement before = state.unnamed();
        if (before != null && before.isDefinedAt(buffer, body + 1, length - 1)) {
            if (!before.footprint().isNothing()) {
                return false;
            }
            unnamed.becomes(before, to);
            return true;
        }
        Footprint left = footprint(buffer, body + 1, length - 1);
        if (!left.isNothing()) {
            return false;
        }
        byte[] definition = new byte[length - 1];
        buffer.getBytes(body + 1, definition);
        unnamed.becomes(unnamed(definition, left), to);
        return true;
    }

    private Footprint footprint(ByteBuf buffer, int from, int length) {
        int text = buffer.indexOf(from, from + length, (byte) 0) - from;
        return text < 0 ? Footprint.NONE : session.read(buffer, from, text); // malformed: the server says so
    }

    private static PooledStatement unnamed(byte[] definition, Footprint left) {
        return PooledStatement.parsed(new StatementTexts.Key(definition, Map.of(), 0), "", left);
    }

    /** What the text of a Parse leaves behind when it runs. */
    Footprint left(Frame parse) {
        ByteBuf bytes = parse.bytes();
        String name = NamesInMessages.nameAt(parse, 0);
        int from = bytes.readerIndex() + NamesInMessages.HEADER + NamesInMessages.length(name) + 1;
        int length = bytes.writerIndex() - from;
        return parse.isWhole() && length > 0 ? footprint(bytes, from, length) : Footprint.UNKNOWN;
    }

    /** Sends a Parse; its text leaves something behind when it runs, or it has a name. */
    void parse(Frame frame, Footprint left, PooledConnection to) {
        String name = NamesInMessages.nameAt(frame, 0);
        ByteBuf bytes = frame.bytes();
        int from = bytes.readerIndex() + NamesInMessages.HEADER + NamesInMessages.length(name) + 1;
        int length = bytes.writerIndex() - from;
        if (!frame.isWhole() || length <= 0) {
            tooLong(frame, name, to);
            return;
        }
        byte[] definition = new byte[length];
        bytes.getBytes(from, definition);
        if (name.isEmpty()) {
            unnamed.becomes(unnamed(definition, left), to);
            Prelude.due(ExpectedAnswers.PARSE, null, to);
            to.upstream().send(bytes);
        } else if (state.statements().containsKey(name)) {
            duplicate(frame, name, to);
        } else {
            bytes.release();
            ClientStatement mine = new ClientStatement(name, shared(definition, left), session);
            state.statements().put(name, mine);
            prepare(mine, to);
        }
    }

    /** What clients share that prepare this text now, and to whom it means the same. */
    private PooledStatement shared(byte[] definition, Footprint left) {
        Object circumstances = Moments.isIn(definition) ? new Object() : state.circumstances();
        return home.texts().of(definition, circumstances, home.pool().definitions(), left);
    }

    private void prepare(ClientStatement mine, PooledConnection to) {
        PooledStatement statement = mine.statement();
        String there = statement.name();
        boolean mayFail = to.upstream().status() == TransactionStatus.FAILED; // Parse is refused there, Close is not
        if (to.held().has(there, statement) && !to.held().isChanged(there) && !mayFail) {
            Prelude.due(ExpectedAnswers.CLOSE, new ParseWatch(mine, state, repetition, to, true), to);
            to.upstream().send(PooledStatement.close(prelude.nameOfNobody()));
            return;
        }
        Prelude.makeRoom(there, to);
        to.held().put(there, statement);
        Prelude.due(ExpectedAnswers.PARSE, new ParseWatch(mine, state, repetition, to, false), to);
        to.upstream().send(statement.prepare(there));
        if (statement.isUndescribed()) {
            Prelude.learnColumns(there, statement, to);
        }
    }

    /** The server is to refuse it: it goes by a name that nobody else gives, which a statement without a text has. */
    private void duplicate(Frame frame, String name, PooledConnection to) {
        Prelude.close(prelude.nameOfOwn(), to);
        Prelude.due(ExpectedAnswers.PARSE, Prelude.UNSEEN, to);
        to.upstream().send(PooledStatement.EMPTY.prepare(prelude.nameOfOwn()));
        to.held().put(prelude.nameOfOwn(), PooledStatement.EMPTY);
        Prelude.due(ExpectedAnswers.PARSE, new Duplicate(prelude.nameOfOwn(), name), to);
        int length = NamesInMessages.length(name);
        NamesInMessages.sendRenamed(frame, NamesInMessages.HEADER, length, prelude.nameOfOwn(), to);
    }

    /** Nobody can prepare it again elsewhere: the client stays where it is. */
    private void tooLong(Frame frame, String name, PooledConnection to) {
        state.pin(PinReason.STATEMENT);
        to.needsFullReset();
        to.taint();
        if (name.isEmpty()) {
            unnamed.becomes(null, to);
        } else {
            state.statements().remove(name);
            prelude.absent(name, true, to);
        }
        Prelude.due(ExpectedAnswers.PARSE, null, to);
        to.upstream().send(frame.bytes());
    }

    /** Definitions have been changed, and the client has not seen what the columns were: it means what it means now. */
    void renew(ClientStatement outdated) {
        if (state.statements().get(outdated.name()) == outdated) {
            PooledStatement old = outdated.statement();
            PooledStatement fresh = shared(old.definition(), old.footprint());
            state.statements().put(outdated.name(), new ClientStatement(outdated.name(), fresh, session));
        }
    }
}
