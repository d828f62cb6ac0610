package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.Refusal;
import io.pgproxy.core.internal.session.RefusalAnswer;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client's prepared statements on whatever connection it has: each has a name there that all clients with the same
 * text share. What a connection lacks is prepared in front of the message that needs it. Statements of PREPARE, and
 * those that SQL names, are there by the client's own name, for the text of EXECUTE has it.
 */
final class Statements {
    private static final int HEADER = 5;
    private static final int SMALL = 1 << 10;

    /** For the messages behind a Bind: Describe, Execute, Sync. */
    private static final int ROOM = 64;

    private final VirtualSession session;
    private final Repetition repetition;
    private final Prelude prelude;
    private final KeyedPool home;
    private final ClientState state;
    private final UnnamedStatements sent = new UnnamedStatements();

    /** What was named last: its name need not be read again. */
    private @Nullable ClientStatement recent;

    Statements(VirtualSession session, Repetition repetition, Prelude prelude, KeyedPool home, ClientState state) {
        this.session = session;
        this.repetition = repetition;
        this.prelude = prelude;
        this.home = home;
        this.state = state;
    }

    long definitions() {
        return home.pool().definitions();
    }

    /** A name in a message's body, from an offset on. */
    static String nameAt(Frame frame, int offset) {
        ByteBuf bytes = frame.bytes();
        int from = bytes.readerIndex() + HEADER + offset;
        int end = from < bytes.writerIndex() ? bytes.indexOf(from, bytes.writerIndex(), (byte) 0) : -1;
        return end <= from ? "" : bytes.toString(from, end - from, StandardCharsets.UTF_8);
    }

    /** A Query makes the server forget the statement without a name. */
    void unnamedGone(PooledConnection to) {
        unnamed(null, to);
    }

    /** The answer that is due next is an error: what stands behind it is skipped, up to the next Sync. */
    void failed(PooledConnection to) {
        ExpectedAnswers due = to.upstream().expected();
        int skipped = due.countSkippedByError(Statements::replacesUnnamed);
        boolean failed = due.isNext(ExpectedAnswers.PARSE) && isOfUnnamed(due.owner());
        if (skipped == 0 && !failed) {
            return;
        }
        int behind = due.countBehindExchange(Statements::replacesUnnamed);
        sent.skipped(skipped, behind);
        if (failed) {
            sent.failed(behind);
        }
        to.held().unnamed(sent.held());
        state.unnamed(sent.now());
        if (!due.isOneExchange()) {
            to.needsFullReset(); // something else was bound than it was thought of
        }
    }

    /** The connection is lost before it has done anything of what was sent. */
    void lost() {
        state.unnamed(sent.undone(state.unnamed()));
    }

    /** Nothing is due any more. */
    void settled() {
        sent.settled();
    }

    private static boolean replacesUnnamed(byte kind, @Nullable AnswerOwner owner) {
        return kind == ExpectedAnswers.QUERY
                || (kind == ExpectedAnswers.PARSE && isOfUnnamed(owner))
                || (owner instanceof CloseWatch closing && closing.isOfUnnamed());
    }

    private static boolean isOfUnnamed(@Nullable AnswerOwner owner) {
        return owner == null || (owner instanceof Preparing preparing && preparing.isOfUnnamed());
    }

    // --- Parse

    /** Whether a Parse can pass as it is: it has no name, and leaves nothing behind when it runs. */
    boolean passesParse(ByteBuf buffer, int body, int length, PooledConnection to) {
        if (length < 2 || buffer.getByte(body) != 0) {
            return false;
        }
        PooledStatement before = state.unnamed();
        if (before != null && before.isDefinedAt(buffer, body + 1, length - 1)) {
            if (!before.footprint().isNothing()) {
                return false;
            }
            unnamed(before, to);
            return true;
        }
        Footprint left = footprint(buffer, body + 1, length - 1);
        if (!left.isNothing()) {
            return false;
        }
        byte[] definition = new byte[length - 1];
        buffer.getBytes(body + 1, definition);
        unnamed(PooledStatement.parsed(new StatementTexts.Key(definition, Map.of(), 0), "", left), to);
        return true;
    }

    private Footprint footprint(ByteBuf buffer, int from, int length) {
        int text = buffer.indexOf(from, from + length, (byte) 0) - from;
        return text < 0 ? Footprint.NONE : session.read(buffer, from, text); // malformed: the server says so
    }

    private void unnamed(@Nullable PooledStatement statement, PooledConnection to) {
        if (!to.upstream().expected().isSkipping()) { // what is skipped changes nothing
            sent.sent(statement, state.unnamed(), to.held().unnamed());
            state.unnamed(statement);
            to.held().unnamed(statement);
        }
    }

    /** What the text of a Parse leaves behind when it runs. */
    Footprint ofText(Frame parse) {
        ByteBuf bytes = parse.bytes();
        int from = bytes.readerIndex() + HEADER + length(nameAt(parse, 0)) + 1;
        int length = bytes.writerIndex() - from;
        return parse.isWhole() && length > 0 ? footprint(bytes, from, length) : Footprint.UNKNOWN;
    }

    /** Sends a Parse; its text leaves something behind when it runs, or it has a name. */
    void parse(Frame frame, Footprint left, PooledConnection to) {
        String name = nameAt(frame, 0);
        ByteBuf bytes = frame.bytes();
        int from = bytes.readerIndex() + HEADER + length(name) + 1;
        int length = bytes.writerIndex() - from;
        if (!frame.isWhole() || length <= 0) {
            tooLong(frame, name, to);
            return;
        }
        byte[] definition = new byte[length];
        bytes.getBytes(from, definition);
        if (name.isEmpty()) {
            unnamed(PooledStatement.parsed(new StatementTexts.Key(definition, Map.of(), 0), "", left), to);
            Prelude.due(ExpectedAnswers.PARSE, null, to);
            to.upstream().send(bytes);
            return;
        }
        if (state.statements().containsKey(name)) {
            duplicate(frame, name, to);
            return;
        }
        bytes.release();
        Object circumstances = Moments.isIn(definition) ? new Object() : state.circumstances();
        PooledStatement statement = home.texts().of(definition, circumstances, definitions(), left);
        ClientStatement mine = new ClientStatement(name, statement, session);
        state.statements().put(name, mine);
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

    /**
     * The server refuses it: where a statement without a text is, under a name that prelude.nameOfNobody() else gives.
     */
    private void duplicate(Frame frame, String name, PooledConnection to) {
        Prelude.close(prelude.nameOfOwn(), to);
        Prelude.due(ExpectedAnswers.PARSE, Prelude.UNSEEN, to);
        to.upstream().send(PooledStatement.EMPTY.prepare(prelude.nameOfOwn()));
        to.held().put(prelude.nameOfOwn(), PooledStatement.EMPTY);
        Prelude.due(ExpectedAnswers.PARSE, new Duplicate(prelude.nameOfOwn(), name), to);
        renamed(frame, HEADER, length(name), prelude.nameOfOwn(), to);
    }

    private static int length(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Nobody can prepare it again elsewhere: the client stays where it is. */
    private void tooLong(Frame frame, String name, PooledConnection to) {
        state.pin(PinReason.STATEMENT);
        to.needsFullReset();
        to.taint();
        if (name.isEmpty()) {
            unnamedGone(to);
        } else {
            state.statements().remove(name);
            prelude.absent(name, true, to);
        }
        Prelude.due(ExpectedAnswers.PARSE, null, to);
        to.upstream().send(frame.bytes());
    }

    // --- Bind, Describe, Close

    /** Whether a Describe or Close is of a portal. */
    static boolean isOfPortal(Frame frame) {
        ByteBuf body = frame.body();
        return body.isReadable() && body.getByte(0) == 'P';
    }

    /** Whether a Bind can pass as it is, and leaves nothing behind when it is executed. */
    boolean passesBind(ByteBuf buffer, int body, int length, PooledConnection to) {
        PooledStatement unnamed = state.unnamed();
        return unnamed != null
                && length > 1
                && buffer.getByte(body) == 0
                && buffer.getByte(body + 1) == 0
                && unnamed.footprint().isNothing()
                && to.held().unnamed() == unnamed;
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
                || statement.definitions() == definitions()
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

    /** Where a Bind names its statement. */
    static int ofStatement(Frame bind) {
        ByteBuf bytes = bind.bytes();
        int from = bytes.readerIndex() + HEADER;
        int end = bytes.indexOf(from, bytes.writerIndex(), (byte) 0);
        return end < 0 ? 0 : end - from + 1;
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
        String name = before != null && before.isNamedAt(bytes, bytes.readerIndex() + HEADER + offset)
                ? before.name()
                : nameAt(frame, offset);
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
            renamed(use.frame(), HEADER + use.offset(), mine.nameLength(), mine.there(), to);
        }
    }

    /** Sees to it that the statement without a name is the client's own. */
    private void unnamed(PooledConnection to) {
        PooledStatement statement = state.unnamed();
        if (statement == null && to.held().unnamed() != null) {
            Prelude.close("", to); // for each that names it: a Close may be skipped, and it is another client's
        } else if (statement != null && to.held().unnamed() != statement) {
            unnamed(statement, to);
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

    /** Sends a message with another name in it, in one piece with what follows it if that is short. */
    private static void renamed(Frame frame, int at, int oldLength, String name, PooledConnection to) {
        ByteBuf old = frame.bytes();
        int start = old.readerIndex();
        int rest = old.readableBytes() - at - oldLength;
        ByteBuf head = old.alloc().buffer(at + name.length() + Math.min(rest, SMALL) + ROOM);
        head.writeByte(frame.tag()).writeInt(frame.length() + name.length() - oldLength);
        head.writeBytes(old, start + HEADER, at - HEADER);
        ByteBufUtil.writeAscii(head, name);
        if (rest <= SMALL) {
            head.writeBytes(old, start + at + oldLength, rest);
            old.release();
            to.upstream().sendWithNext(head);
        } else {
            to.upstream().send(head);
            to.upstream().send(old.readerIndex(start + at + oldLength));
        }
    }

    /** The client closes a statement; the message goes as it is: there it may be by that name if SQL named it. */
    void close(Frame frame, PooledConnection to) {
        String name = nameAt(frame, 1);
        PooledStatement held = null;
        ClientStatement closed = null;
        if (name.isEmpty()) {
            unnamedGone(to);
        } else {
            held = to.held().at(name);
            closed = state.statements().remove(name);
        }
        Prelude.due(ExpectedAnswers.CLOSE, new CloseWatch(name, closed, held, state, repetition, to), to);
        to.upstream().send(frame.bytes());
    }

    /** Definitions have been changed, and the client has not seen what the columns were: it means what it means now. */
    void renew(ClientStatement outdated) {
        if (state.statements().get(outdated.name()) == outdated) {
            PooledStatement old = outdated.statement();
            byte[] definition = old.definition();
            Object circumstances = Moments.isIn(definition) ? new Object() : state.circumstances();
            PooledStatement fresh = home.texts().of(definition, circumstances, definitions(), old.footprint());
            state.statements().put(outdated.name(), new ClientStatement(outdated.name(), fresh, session));
        }
    }

    /** Tells how many there are. */
    @Override
    public String toString() {
        return "Statements[" + state.statements().size() + "]";
    }
}
