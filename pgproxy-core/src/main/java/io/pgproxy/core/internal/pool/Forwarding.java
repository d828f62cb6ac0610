package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How each message of a client goes to its connection: as it came where that is right, by {@link Parsing} and
 * {@link Statements} where it names one, with what its text needs in front of it.
 */
final class Forwarding {
    private static final Footprint CALLED = Footprint.of(Footprint.UNTRACKED);

    private final ClientMessages messages;
    private final VirtualSession session;
    private final ClientState state;
    private final Repetition repetition;
    private final Prelude prelude;
    private final UnnamedStatements unnamed;
    private final Parsing parsing;
    private final Statements statements;
    private final Portals portals = new Portals();
    private final NamesInFlight names = new NamesInFlight();
    private boolean batchOpen;

    Forwarding(
            ClientMessages messages, VirtualSession session, KeyedPool home, ClientState state, Repetition repetition) {
        this.messages = messages;
        this.session = session;
        this.state = state;
        this.repetition = repetition;
        this.prelude = new Prelude(session, home, state);
        this.unnamed = new UnnamedStatements(state);
        this.parsing = new Parsing(session, repetition, prelude, home, state, unnamed);
        this.statements = new Statements(repetition, prelude, home, state, unnamed);
    }

    Parsing parsing() {
        return parsing;
    }

    /** Whether a batch has begun whose Sync has not been sent. */
    boolean isBatchOpen() {
        return batchOpen;
    }

    /** The Sync of a batch is void, or it is not begun after all. */
    void batchOpen(boolean open) {
        batchOpen = open;
    }

    /** Nothing that was sent is due any more. */
    void settled() {
        portals.settled();
        names.settled();
        unnamed.settled();
    }

    /** The answer that is due next is an error: what was sent behind it may be skipped. */
    void failed(PooledConnection to) {
        unnamed.failed(to);
        portals.failed(to);
    }

    /** The connection is lost before it has done anything of what was sent. */
    void lost() {
        unnamed.lost();
    }

    /** The transaction is over, and its portals with it. */
    void transactionOver() {
        portals.clear();
    }

    /** Whether nothing has to be done about a message; then it counts as sent. */
    boolean passes(byte tag, ByteBuf buffer, int body, int length, PooledConnection to) {
        boolean transparent = session.isSessionMode();
        switch (tag) {
            case 'Q' -> {
                if (!transparent) {
                    Footprint left = session.read(buffer, body, length - 1);
                    if (!left.isPlain() || prelude.mustWait(left, to) || session.isStatementMode()) {
                        messages.read(left);
                        return false;
                    }
                    unnamed.becomes(null, to);
                    names.unnamedGiven();
                }
                last(ExpectedAnswers.QUERY, null, to);
            }
            case 'S' -> last(ExpectedAnswers.SYNC, null, to);
            case 'H' -> {
                return length == 0;
            }
            case 'P' -> {
                if (!transparent && !parsing.passes(buffer, body, length, to)) {
                    return false;
                }
                names.unnamedGiven();
                part(ExpectedAnswers.PARSE, null, to);
            }
            case 'B' -> {
                if (!transparent
                        && !(portals.isEmpty()
                                && names.isUnnamedSure()
                                && statements.passes(buffer, body, length, to))) {
                    return false;
                }
                part(ExpectedAnswers.BIND, null, to);
            }
            case 'E' -> {
                if (!transparent && !portals.isEmpty()) {
                    return false;
                }
                part(ExpectedAnswers.EXECUTE, null, to);
            }
            case 'D', 'C' -> {
                boolean portal = length > 0 && buffer.getByte(body) == 'P';
                if (!transparent && !(portal && portals.isEmpty())) {
                    return false;
                }
                if (tag == 'D') {
                    repetition.describes();
                }
                part(tag == 'D' ? ExpectedAnswers.DESCRIBE : ExpectedAnswers.CLOSE, null, to);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    void step(Frame frame, @Nullable Footprint known, PooledConnection to) {
        boolean transparent = session.isSessionMode();
        if (!transparent && names.mustWait(frame, to.upstream().expected())) {
            messages.stallUntilAnswered(frame, null, to);
            return;
        }
        switch (frame.tag()) {
            case 'Q' -> query(frame, known, to);
            case 'F' -> functionCall(frame, to);
            case 'S' -> {
                last(ExpectedAnswers.SYNC, null, to);
                to.upstream().send(frame.bytes());
            }
            case 'P' -> {
                if (transparent) {
                    pass(ExpectedAnswers.PARSE, frame, to);
                } else {
                    part();
                    parse(frame, known, to);
                }
            }
            case 'B' -> bind(frame, to);
            case 'E' -> execute(frame, to);
            case 'D' -> {
                repetition.describes();
                if (transparent || NamesInMessages.isOfPortal(frame)) {
                    pass(ExpectedAnswers.DESCRIBE, frame, to);
                } else {
                    StatementUse use = statements.use(frame, 1, to);
                    if (isAsItWas(use, to)) {
                        statements.describe(use, to);
                    }
                }
            }
            case 'C' -> {
                if (!transparent && NamesInMessages.isOfPortal(frame)) {
                    portals.closed(NamesInMessages.nameAt(frame, 1), to);
                }
                if (transparent || NamesInMessages.isOfPortal(frame)) {
                    pass(ExpectedAnswers.CLOSE, frame, to);
                } else {
                    part();
                    names.given(NamesInMessages.nameAt(frame, 1));
                    statements.close(frame, to);
                }
            }
            case 'H' -> {
                if (frame.length() > 4) {
                    part(ExpectedAnswers.EXECUTE, null, to); // malformed: an error will answer it
                }
                to.upstream().send(frame.bytes());
            }
            default -> to.upstream().send(frame.bytes());
        }
    }

    private void parse(Frame frame, @Nullable Footprint known, PooledConnection to) {
        Footprint left = known == null ? parsing.left(frame) : known;
        if (left.executes()) { // EXECUTE has the columns that its statement has when it is parsed
            if (prelude.mustWait(left, to)) {
                messages.stallUntilAnswered(frame, left, to);
                return;
            }
            prelude.inFrontOf(left, true, to);
        }
        names.given(NamesInMessages.nameAt(frame, 0));
        parsing.parse(frame, left, to);
    }

    /** Which function it is only the server knows: it may be anybody's. */
    private void functionCall(Frame frame, PooledConnection to) {
        if (!session.isSessionMode()) {
            if (prelude.mustWait(CALLED, to)) {
                messages.stallUntilAnswered(frame, null, to);
                return;
            }
            prelude.inFrontOf(CALLED, messages.isBatchOpen(), to);
            state.began(CALLED, to, false);
        }
        last(ExpectedAnswers.FUNCTION_CALL, null, to);
        to.upstream().send(frame.bytes());
    }

    private void query(Frame frame, @Nullable Footprint known, PooledConnection to) {
        if (session.isSessionMode()) {
            last(ExpectedAnswers.QUERY, null, to);
            to.upstream().send(frame.bytes());
            return;
        }
        Footprint left = known;
        if (left == null) {
            ByteBuf bytes = frame.bytes();
            left = frame.isWhole()
                    ? session.read(bytes, bytes.readerIndex() + 5, frame.length() - 5)
                    : Footprint.UNKNOWN;
        }
        boolean inBatch = messages.isBatchOpen();
        boolean alone = !inBatch && to.isQuiet() && to.upstream().status() == TransactionStatus.IDLE;
        if (session.isStatementMode() && left.has(Footprint.BEGINS) && !left.has(Footprint.SEVERAL) && alone) {
            messages.refuseNow(frame, PoolErrors.NO_BLOCK);
            session.goOnSoon(); // nothing was sent whose answer would give the connection back
            return;
        }
        if (prelude.mustWait(left, to)) {
            messages.stallUntilAnswered(frame, left, to);
            return;
        }
        prelude.inFrontOf(left, inBatch, to);
        state.began(left, to, alone && !left.has(Footprint.SEVERAL));
        unnamed.becomes(null, to);
        names.unnamedGiven();
        AnswerOwner watch = watch(left, to);
        last(ExpectedAnswers.QUERY, watch, to);
        to.upstream().send(frame.bytes());
    }

    private void bind(Frame frame, PooledConnection to) {
        if (session.isSessionMode()) {
            pass(ExpectedAnswers.BIND, frame, to);
            return;
        }
        StatementUse use = statements.use(frame, NamesInMessages.ofStatement(frame), to);
        if (!isAsItWas(use, to)) {
            return;
        }
        String portal = NamesInMessages.nameAt(frame, 0);
        Set<String> settings = statements.namesOfSettings(use);
        Footprint left = statements.bind(use, to);
        if (left.has(Footprint.SETS_BY_PARAMETER)) {
            left = left.with(settings);
        }
        portals.bound(portal, left, to);
    }

    /**
     * Whether the statement that a message names is still the one that the client has prepared, as far as definitions
     * are known to have changed. If not, the message is refused as the server would; if that is to be found out first,
     * it waits.
     */
    private boolean isAsItWas(StatementUse use, PooledConnection to) {
        Frame frame = use.frame();
        part();
        if (statements.isChanged(use, to)) {
            statements.refuse(frame, PoolErrors.CHANGED, to);
            return false;
        }
        if (statements.mustCompare(use, to)) {
            messages.stallUntilAnswered(frame, null, to);
            return false;
        }
        Footprint left = statements.left(use);
        if (!left.names().isEmpty()
                || left.has(Footprint.RECALLS)) { // EXECUTE looks for what it names as soon as it is bound
            if (prelude.mustWait(left, to)) {
                messages.stallUntilAnswered(frame, left, to);
                return false;
            }
            prelude.inFrontOf(left, true, to);
        }
        return true;
    }

    private void execute(Frame frame, PooledConnection to) {
        Footprint left = portals.of(NamesInMessages.nameAt(frame, 0));
        if (!left.isNothing()) {
            if (prelude.mustWait(left, to)) {
                messages.stallUntilAnswered(frame, left, to);
                return;
            }
            prelude.inFrontOf(left, true, to);
            state.began(left, to, false);
        }
        AnswerOwner watch = watch(left, to);
        part(ExpectedAnswers.EXECUTE, watch, to);
        to.upstream().send(frame.bytes());
    }

    private @Nullable AnswerOwner watch(Footprint left, PooledConnection to) {
        if (left.names().isEmpty()) {
            return null;
        }
        names.bySql();
        return new NameWatch(left, state, session, to);
    }

    private void pass(byte kind, Frame frame, PooledConnection to) {
        part(kind, null, to);
        to.upstream().send(frame.bytes());
    }

    private void part() {
        batchOpen = true;
    }

    private void part(byte kind, @Nullable AnswerOwner owner, PooledConnection to) {
        batchOpen = true;
        Prelude.due(kind, owner, to);
    }

    private void last(byte kind, @Nullable AnswerOwner owner, PooledConnection to) {
        if (Prelude.due(kind, owner, to)) {
            names.exchangeEnded();
            batchOpen = false;
        }
    }
}
