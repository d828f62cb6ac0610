package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.FrameScanner;
import io.pgproxy.protocol.frame.FrameSink;
import io.pgproxy.protocol.frame.HeaderRules;
import io.pgproxy.protocol.frame.Interest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client of a pool sends, message by message: most pass as they came once there is a connection. Those that name
 * a prepared statement, or leave something in the session, go to {@link Statements} first; what cannot go yet waits,
 * and all behind it.
 */
final class ClientMessages implements FrameSink {
    private static final Interest IN_PLACE = Interest.nothing()
            .note(FrontendTag.COPY_DONE, FrontendTag.COPY_FAIL)
            .show(
                    FrontendTag.QUERY,
                    FrontendTag.PARSE,
                    FrontendTag.BIND,
                    FrontendTag.EXECUTE,
                    FrontendTag.DESCRIBE,
                    FrontendTag.CLOSE,
                    FrontendTag.SYNC,
                    FrontendTag.FLUSH)
            .cut(FrontendTag.FUNCTION_CALL, FrontendTag.TERMINATE);

    private static final int PARSE_COMPLETE = 5;
    private static final int NONE = -1;

    private final VirtualSession session;
    private final ClientState state;
    private final Statements statements;
    private final FrameScanner scanner =
            new FrameScanner(HeaderRules.FRONTEND, IN_PLACE, FootprintReader.LONGEST + 64, this);

    /** What portals leave behind when they run, of those that leave anything. */
    private final Map<String, Footprint> portals = new HashMap<>(0);

    private @Nullable Frame stalled;
    private @Nullable PgError refusal;
    private @Nullable Footprint read;
    private boolean batchOpen;
    private boolean skipping;
    private boolean released;

    /** Whether one of them was closed or replaced by a message that is not answered yet. */
    private boolean portalsDropped;

    /** Whether what names mean depends on an answer that may not have come yet. */
    private boolean namesDue;

    /** In which exchange names were given or taken that are not answered yet; until then it may have been skipped. */
    private final Map<String, Integer> namesSent = new HashMap<>(0);

    private int exchange;

    /** In which the statement without a name was last given or taken, if that is not answered yet; or NONE. */
    private int unnamedIn = NONE;

    /** What is still to come of a message whose head was not sent. */
    private long unsent;

    private final Recording recording = new Recording();
    private final List<ClientStatement> parsedNow = new ArrayList<>(0);
    private boolean describes;
    private int toldBefore;

    /** What is going to be sent again, and what came meanwhile; null most of the time. */
    private @Nullable List<ByteBuf> again;

    ClientMessages(VirtualSession session, KeyedPool home, ClientState state) {
        this.session = session;
        this.state = state;
        this.statements = new Statements(session, this, home, state);
    }

    /** Takes bytes as they came; owned by the callee. */
    void take(ByteBuf bytes) {
        if (again != null) {
            again.add(bytes); // behind what is sent again
            return;
        }
        record(bytes);
        if (session.connection() == null && isAboutToNeed(bytes) && session.acquire() == null && refusal == null) {
            scanner.pause(); // before a message has been taken apart
        }
        scanner.scan(bytes);
    }

    /** While nothing is due, what is sent is kept in case that the upstream has lost what it is about. */
    private void record(ByteBuf bytes) {
        if (!recording.isOn() && !isWaiting() && !batchOpen && session.mayHaveToRepeat()) {
            recording.begin();
            parsedNow.clear();
            describes = false;
        }
        if (recording.isOn()) {
            recording.add(bytes);
        }
    }

    /** Nothing that was sent is due any more. */
    void settled() {
        recording.drop();
        portalsDropped = false;
        namesSent.clear();
        unnamedIn = NONE;
        statements.settled();
    }

    /** The answer that is due next is an error: what was sent behind it may be skipped. */
    void failed(PooledConnection to) {
        statements.failed(to);
        if (portalsDropped) {
            to.needsFullReset(); // a savepoint may keep them
        }
    }

    private void dropped(@Nullable Footprint portal, PooledConnection to) {
        if (portal != null) {
            portalsDropped = true;
            if (to.upstream().expected().isSkipping()) {
                to.needsFullReset();
            }
        }
    }

    /**
     * A named Parse has succeeded.
     *
     * @return whether the client is to hear of it: not if it has, before all was sent again
     */
    boolean parsed(ClientStatement statement) {
        if (toldBefore > 0) {
            toldBefore--;
            return false;
        }
        parsedNow.add(statement);
        return true;
    }

    /** How many bytes a client has been told that hears of nothing but its Parses. */
    int bytesOfParses() {
        return parsedNow.size() * PARSE_COMPLETE;
    }

    /**
     * Whether what was sent can be sent again.
     *
     * @param statement what was bound
     * @param outdated whether its columns may be other ones: then the client must not rely on those it was told of
     */
    boolean isRepeatable(ClientStatement statement, boolean outdated) {
        boolean fresh = describes || parsedNow.contains(statement);
        return recording.isOn() && !batchOpen && !isWaiting() && (fresh || !outdated);
    }

    /** Whether all that was sent since nothing was due can be sent again. */
    boolean isKept() {
        return recording.isOn() && !isWaiting();
    }

    /** From here on what comes waits behind what is going to be sent again. */
    void prepareToRepeat() {
        again = new ArrayList<>(recording.take());
        batchOpen = false;
        portals.clear();
        toldBefore = parsedNow.size();
        for (ClientStatement parsed : parsedNow) {
            state.statements().remove(parsed.name(), parsed);
        }
        parsedNow.clear();
    }

    /** Sends what was sent, and what came meanwhile. */
    void repeat() {
        List<ByteBuf> all = again;
        again = null;
        if (all != null) {
            for (ByteBuf bytes : all) {
                if (released) {
                    bytes.release();
                } else {
                    scanner.scan(bytes);
                }
            }
        }
    }

    Statements statements() {
        return statements;
    }

    private boolean isAboutToNeed(ByteBuf bytes) {
        if (skipping || stalled != null || scanner.isWaiting() || !scanner.isBetweenMessages() || !bytes.isReadable()) {
            return false;
        }
        int start = bytes.readerIndex();
        byte tag = bytes.getByte(start);
        boolean whole = bytes.readableBytes() > 4 && bytes.getInt(start + 1) < bytes.readableBytes();
        return whole && (tag == 'Q' || tag == 'P' || tag == 'B'); // of half a message the rest may never come
    }

    long waitingBytes() {
        return scanner.waitingBytes();
    }

    /** Whether something of the client's has not been sent. */
    boolean isWaiting() {
        return stalled != null || scanner.isWaiting() || !scanner.isBetweenMessages();
    }

    /** Whether a batch has begun whose Sync has not been sent. */
    boolean isBatchOpen() {
        PooledConnection to = session.connection();
        return batchOpen || (to != null && to.upstream().expected().isSkipping()); // a skipped Query has ended none
    }

    /** The Sync of a batch is void. */
    void reopen() {
        batchOpen = true;
    }

    void transactionOver() {
        portals.clear();
    }

    /** Nobody gets a connection for the message that waits. */
    void refuse(PgError why) {
        refusal = why;
    }

    /** Takes up what waited, as far as it can go now. */
    void goOn() {
        Frame frame = stalled;
        if (frame != null) {
            stalled = null;
            framed(frame);
        }
        if (stalled == null && (session.connection() != null || refusal != null || !session.isWaiting())) {
            scanner.resume();
        }
    }

    void release() {
        released = true;
        recording.drop();
        repeat();
        if (stalled != null) {
            stalled.release();
            stalled = null;
        }
        scanner.release();
    }

    @Override
    public void passed(ByteBuf bytes, int begun) {
        int dropped = (int) Math.min(unsent, bytes.readableBytes());
        unsent -= dropped;
        bytes.skipBytes(dropped);
        PooledConnection to = session.connection();
        if (to == null || !bytes.isReadable()) {
            bytes.release();
        } else {
            to.upstream().send(bytes);
        }
    }

    @Override
    public void noted(byte tag, int first) {
        PooledConnection to = session.connection();
        if (to != null) {
            to.upstream().expected().sentCopyEnd();
        }
    }

    @Override
    public void shown(byte tag, ByteBuf buffer, int body, int length) {
        PooledConnection to = session.connection();
        if (to == null || skipping || session.isHeldUp() || !passes(tag, buffer, body, length, to)) {
            framed(scanner.cutShown());
        }
    }

    /** Whether nothing has to be done about a message; then it counts as sent. */
    private boolean passes(byte tag, ByteBuf buffer, int body, int length, PooledConnection to) {
        boolean transparent = session.isSessionMode();
        switch (tag) {
            case 'Q' -> {
                if (!transparent) {
                    Footprint left = session.read(buffer, body, length - 1);
                    if (!left.isPlain() || statements.mustWait(left, to) || session.isStatementMode()) {
                        read = left;
                        return false;
                    }
                    statements.unnamedGone(to);
                    unnamedIn = exchange;
                }
                last(ExpectedAnswers.QUERY, null, to);
            }
            case 'S' -> last(ExpectedAnswers.SYNC, null, to);
            case 'H' -> {
                return length == 0;
            }
            case 'P' -> {
                if (!transparent && !statements.passesParse(buffer, body, length, to)) {
                    return false;
                }
                unnamedIn = exchange;
                part(ExpectedAnswers.PARSE, null, to);
            }
            case 'B' -> {
                if (!transparent
                        && !(portals.isEmpty() && isUnnamedSure() && statements.passesBind(buffer, body, length, to))) {
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
                describes |= tag == 'D';
                part(tag == 'D' ? ExpectedAnswers.DESCRIBE : ExpectedAnswers.CLOSE, null, to);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    public void framed(Frame frame) {
        byte tag = frame.tag();
        Footprint known = read;
        read = null;
        if (released) {
            frame.release();
        } else if (tag == 'X') {
            frame.release();
            scanner.pause();
            session.terminated();
        } else if (skipping) {
            drop(frame);
            if (tag == 'S') {
                skipping = false;
                session.answerReady();
            }
        } else if (session.connection() == null && (tag == 'S' || tag == 'H')) {
            drop(frame); // nothing was asked that is not answered
            if (tag == 'S') {
                session.answerReady();
            }
        } else if (refusal != null) {
            refuseNow(frame, refusal);
        } else {
            withConnection(frame, known);
        }
    }

    private void withConnection(Frame frame, @Nullable Footprint known) {
        PooledConnection to = session.connection();
        if (to == null) {
            to = session.acquire();
        }
        PgError full = refusal;
        if (to == null && full != null) {
            refuseNow(frame, full);
        } else if (to == null || session.isHeldUp()) {
            stall(frame);
        } else {
            step(frame, known, to);
        }
    }

    private void stall(Frame frame) {
        stalled = frame;
        scanner.pause();
    }

    private void refuseNow(Frame frame, PgError why) {
        refusal = null;
        byte tag = frame.tag();
        drop(frame);
        session.answerError(why);
        if (tag == 'Q' || tag == 'F') {
            session.answerReady();
        } else {
            skipping = true;
        }
    }

    private void drop(Frame frame) {
        unsent = frame.length() + 1L - frame.bytes().readableBytes();
        frame.release();
    }

    private void step(Frame frame, @Nullable Footprint known, PooledConnection to) {
        boolean transparent = session.isSessionMode();
        if (!transparent && (namesDue || !namesSent.isEmpty() || !isUnnamedSure()) && mustWaitForNames(frame, to)) {
            stallUntilAnswered(frame, null, to);
            return;
        }
        switch (frame.tag()) {
            case 'Q' -> query(frame, known, to);
            case 'F' -> {
                if (!transparent) {
                    state.began(Footprint.of(Footprint.UNTRACKED), to, false);
                }
                last(ExpectedAnswers.FUNCTION_CALL, null, to);
                to.upstream().send(frame.bytes());
            }
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
                describes = true;
                if (transparent || isOfPortal(frame)) {
                    pass(ExpectedAnswers.DESCRIBE, frame, to);
                } else if (isAsItWas(frame, 1, to)) {
                    statements.describe(frame, to);
                }
            }
            case 'C' -> {
                if (!transparent && isOfPortal(frame)) {
                    dropped(portals.remove(Statements.nameAt(frame, 1)), to);
                }
                if (transparent || isOfPortal(frame)) {
                    pass(ExpectedAnswers.CLOSE, frame, to);
                } else {
                    part();
                    given(Statements.nameAt(frame, 1));
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

    /**
     * Whether what the message names is not known yet: by SQL names may still be given or taken, and a Parse or Close
     * of an exchange before this one may turn out to have been skipped.
     */
    private boolean mustWaitForNames(Frame frame, PooledConnection to) {
        ExpectedAnswers due = to.upstream().expected();
        byte tag = frame.tag();
        if (due.isEmpty() || due.isSkipping() || tag == 'E' || tag == 'Q') {
            namesDue &= !due.isEmpty() && !due.isSkipping();
            return false;
        }
        boolean names = tag == 'P' || tag == 'B' || ((tag == 'D' || tag == 'C') && !isOfPortal(frame));
        if (!names || namesDue) {
            return names;
        }
        int offset = tag == 'P' ? 0 : tag == 'B' ? Statements.ofStatement(frame) : 1;
        String name = Statements.nameAt(frame, offset);
        return name.isEmpty()
                ? (tag == 'B' || tag == 'D') && !isUnnamedSure()
                : namesSent.getOrDefault(name, exchange) != exchange;
    }

    private boolean isUnnamedSure() {
        return unnamedIn == NONE || unnamedIn == exchange;
    }

    /** A statement's name is given, or taken. */
    private void given(String name) {
        if (name.isEmpty()) {
            unnamedIn = exchange;
        } else {
            namesSent.put(name, exchange);
        }
    }

    private void parse(Frame frame, @Nullable Footprint known, PooledConnection to) {
        Footprint left = known == null ? statements.ofText(frame) : known;
        if (left.executes()) { // EXECUTE has the columns that its statement has when it is parsed
            if (statements.mustWait(left, to)) {
                stallUntilAnswered(frame, left, to);
                return;
            }
            statements.inFrontOf(left, true, to);
        }
        given(Statements.nameAt(frame, 0));
        statements.parse(frame, left, to);
    }

    private static boolean isOfPortal(Frame frame) {
        ByteBuf body = frame.body();
        return body.isReadable() && body.getByte(0) == 'P';
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
        boolean inBatch = isBatchOpen();
        boolean alone = !inBatch && to.isQuiet() && to.upstream().status() == TransactionStatus.IDLE;
        if (session.isStatementMode() && left.has(Footprint.BEGINS) && !left.has(Footprint.SEVERAL) && alone) {
            refuseNow(frame, PoolErrors.NO_BLOCK);
            session.goOnSoon(); // nothing was sent whose answer would give the connection back
            return;
        }
        if (statements.mustWait(left, to)) {
            stallUntilAnswered(frame, left, to);
            return;
        }
        statements.inFrontOf(left, inBatch, to);
        state.began(left, to, alone && !left.has(Footprint.SEVERAL));
        statements.unnamedGone(to);
        unnamedIn = exchange;
        AnswerOwner watch = names(left, to);
        last(ExpectedAnswers.QUERY, watch, to);
        to.upstream().send(frame.bytes());
    }

    /** What has to be known first is asked for, if need be, and waited for. */
    private void stallUntilAnswered(Frame frame, @Nullable Footprint left, PooledConnection to) {
        if (batchOpen) {
            to.upstream().send(Statements.flush());
        }
        to.upstream().flush();
        read = left;
        stall(frame);
    }

    private void bind(Frame frame, PooledConnection to) {
        if (session.isSessionMode()) {
            pass(ExpectedAnswers.BIND, frame, to);
            return;
        }
        if (!isAsItWas(frame, Statements.ofStatement(frame), to)) {
            return;
        }
        String portal = Statements.nameAt(frame, 0);
        Set<String> settings = statements.namesOfSettings(frame);
        Footprint left = statements.bind(frame, to);
        if (left.has(Footprint.SETS_BY_PARAMETER)) {
            left = left.with(settings);
        }
        dropped(left.isNothing() ? portals.remove(portal) : portals.put(portal, left), to);
    }

    /**
     * Whether the statement that a message names is still the one that the client has prepared, as far as definitions
     * are known to have changed. If not, the message is refused as the server would; if that is to be found out first,
     * it waits.
     */
    private boolean isAsItWas(Frame frame, int offset, PooledConnection to) {
        part();
        if (statements.isChanged(frame, offset, to)) {
            statements.refuse(frame, PoolErrors.CHANGED, to);
            return false;
        }
        if (statements.mustCompare(frame, offset, to)) {
            stallUntilAnswered(frame, null, to);
            return false;
        }
        Footprint left = statements.named(frame, offset);
        if (!left.names().isEmpty()
                || left.has(Footprint.RECALLS)) { // EXECUTE looks for what it names as soon as it is bound
            if (statements.mustWait(left, to)) {
                stallUntilAnswered(frame, left, to);
                return false;
            }
            statements.inFrontOf(left, true, to);
        }
        return true;
    }

    private void execute(Frame frame, PooledConnection to) {
        Footprint left = portals.getOrDefault(Statements.nameAt(frame, 0), Footprint.NONE);
        if (!left.isNothing()) {
            if (statements.mustWait(left, to)) {
                stallUntilAnswered(frame, left, to);
                return;
            }
            statements.inFrontOf(left, true, to);
            state.began(left, to, false);
        }
        AnswerOwner watch = names(left, to);
        part(ExpectedAnswers.EXECUTE, watch, to);
        to.upstream().send(frame.bytes());
    }

    private @Nullable AnswerOwner names(Footprint left, PooledConnection to) {
        if (left.names().isEmpty()) {
            return null;
        }
        namesDue = true;
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
        Statements.due(kind, owner, to);
    }

    private void last(byte kind, @Nullable AnswerOwner owner, PooledConnection to) {
        if (Statements.due(kind, owner, to)) {
            exchange++;
            batchOpen = false;
        }
    }
}
