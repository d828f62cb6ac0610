package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.FrameScanner;
import io.pgproxy.protocol.frame.FrameSink;
import io.pgproxy.protocol.frame.HeaderRules;
import io.pgproxy.protocol.frame.Interest;
import org.jspecify.annotations.Nullable;

/**
 * Finds a client's messages, sends each where it goes, and notes there what answers are due.
 *
 * <p>Without a {@link Steering} the bytes go to the session's upstream as they came, and each message is only noted.
 * With one every message but CopyData is cut out and decided on.
 */
final class ClientStream implements FrameSink, Traffic {
    private static final FrontendTag[] ALL_BUT_DATA = {
        FrontendTag.QUERY,
        FrontendTag.PARSE,
        FrontendTag.BIND,
        FrontendTag.EXECUTE,
        FrontendTag.SYNC,
        FrontendTag.DESCRIBE,
        FrontendTag.CLOSE,
        FrontendTag.COPY_DONE,
        FrontendTag.COPY_FAIL,
        FrontendTag.FUNCTION_CALL,
        FrontendTag.FLUSH,
        FrontendTag.TERMINATE
    };
    private static final Interest TRANSPARENT = Interest.nothing().note(ALL_BUT_DATA);
    private static final Interest IN_PLACE = TRANSPARENT
            .show(
                    FrontendTag.QUERY,
                    FrontendTag.PARSE,
                    FrontendTag.BIND,
                    FrontendTag.EXECUTE,
                    FrontendTag.SYNC,
                    FrontendTag.DESCRIBE,
                    FrontendTag.CLOSE,
                    FrontendTag.FUNCTION_CALL)
            .cut(FrontendTag.COPY_DONE, FrontendTag.COPY_FAIL, FrontendTag.FLUSH, FrontendTag.TERMINATE);
    private static final Interest STEERED = TRANSPARENT.cut(ALL_BUT_DATA);

    /** While messages are held, data does not pass either: it would overtake the COPY that it belongs to. */
    private static final Interest HOLDING = STEERED.cut(FrontendTag.COPY_DATA);

    private static final int MOST_WAITING = 1 << 16;

    private final ServingPhase session;
    private final Upstream main;
    private final Turns turns;
    private final @Nullable Steering steering;
    private final FrameScanner scanner;

    private Upstream target;
    private @Nullable OwnTurn own;
    private @Nullable OwnTurn barrier;
    private boolean open;
    private boolean refused;
    private boolean aimed;
    private boolean holding;

    /** A Sync or Flush that waits for what has to go in front of it. */
    private @Nullable Frame stalled;

    private boolean deciding;
    private boolean asking;
    private boolean over;
    private boolean draining;

    /** While it drains: what comes next must not begin yet. */
    private boolean nextHeld;

    /** The client does not read what was said to it here: nothing more is looked at until it does. */
    private boolean full;

    /** What has been answered of the open exchange was answered here, and nothing of it was sent. */
    private boolean local;

    /** Decides about the message at hand once everything before it is answered. */
    private @Nullable Runnable afterAnswers;

    /** A Query or FunctionCall ended a batch without Sync: nobody knows yet whether the server has skipped it. */
    private boolean doubtful;

    /** What is still to come of a message whose head was not sent: it must not be taken for messages of its own. */
    private long unsent;

    ClientStream(ServingPhase session, Upstream main, Turns turns, @Nullable Steering steering) {
        this.session = session;
        this.main = main;
        this.target = main;
        this.turns = turns;
        this.steering = steering;
        this.scanner = steering == null
                ? new FrameScanner(HeaderRules.FRONTEND, TRANSPARENT, Steering.LONGEST_MESSAGE, this)
                : new FrameScanner(
                        HeaderRules.FRONTEND,
                        steering.passesInPlace() ? IN_PLACE : STEERED,
                        steering.longestMessage(),
                        this);
    }

    /** Takes bytes as they were read; throws a ProtocolException for a header that cannot be. */
    void scan(ByteBuf bytes) {
        scanner.scan(bytes);
    }

    /** Whether what was passed on last ended a message. */
    boolean isBetweenMessages() {
        return scanner.isBetweenMessages();
    }

    /** Whether an exchange has begun whose last message has not come yet. */
    boolean isExchangeOpen() {
        return open || holding;
    }

    /** An exchange goes on although its Sync was sent: the server ignores that Sync. */
    void reopen() {
        if (!open) {
            open = true;
            letNextBegin();
            turns.reopened(target);
            if (afterAnswers != null) {
                urge(); // the Sync that would have brought the answers is void
            }
        }
    }

    /**
     * An error skipped the Query or FunctionCall that was to end an exchange, and whatever comes up to Sync.
     *
     * @return whether that is the last exchange that was sent, so that it goes on
     */
    boolean goesOnToSync(Upstream upstream) {
        if (open || target != upstream || !upstream.expected().isSkipping()) {
            return false;
        }
        open = true;
        return true;
    }

    /** Where the exchange at hand goes, as far as it goes to an upstream. */
    @Override
    public Upstream target() {
        return target;
    }

    /** Nothing more is looked at until {@link #goOn}. */
    void stop() {
        scanner.split();
        scanner.pause();
    }

    /**
     * The session is to end at the next boundary: from now on exchanges begin one by one, each when it is known that
     * the transaction goes on.
     */
    void drain() {
        draining = true;
        if (!isExchangeOpen() && !turns.isIdle()) {
            holdNext();
        }
    }

    private void holdNext() {
        if (draining && !open) {
            scanner.split();
            scanner.pause();
            nextHeld = true;
        }
    }

    /** One more exchange, or the data of a COPY. */
    void letNextBegin() {
        if (nextHeld) {
            nextHeld = false;
            answersCame();
            goOn();
        }
    }

    /** Goes on where it stopped, unless it has to wait for a decision, or for an answer that asks upstreams. */
    void goOn() {
        if (!isWaiting() && !nextHeld && !full) {
            scanner.resume();
        }
    }

    /**
     * Whether what the client sends is still taken: while a decision is due, a little of it, so that its end is seen.
     */
    boolean takesMore() {
        return (!isWaiting() && !nextHeld && !full) || scanner.waitingBytes() < MOST_WAITING;
    }

    boolean isWaiting() {
        return deciding || barrier != null;
    }

    /** An answer of the proxy's own has ended its exchange. */
    void ended(OwnTurn turn) {
        if (barrier == turn) {
            barrier = null;
            goOnIfLate();
        }
    }

    void release() {
        over = true;
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
        if (!bytes.isReadable() || own != null || refused) {
            bytes.release();
        } else {
            target.send(bytes);
        }
    }

    @Override
    public void noted(byte tag, int first) {
        sent(tag, first < 0, null);
    }

    @Override
    public void shown(byte tag, ByteBuf buffer, int body, int length) {
        AnswerOwner watcher = mayPass(tag) && steering != null ? steering.pass(tag, buffer, body, length, this) : null;
        if (watcher == null) {
            framed(scanner.cutShown());
            return;
        }
        sent(tag, length == 0, watcher);
        if (tag == 'S' && steering != null) {
            steering.exchangeWhole();
        }
    }

    /** Whether nothing is under way here that a message would have to be kept apart from. */
    private boolean mayPass(byte tag) {
        boolean plain = own == null && !refused && !deciding && !holding && !aimed && target == main;
        return plain && !(tag == 'S' && local);
    }

    @Override
    public void framed(Frame frame) {
        byte tag = frame.tag();
        OwnTurn answering = own;
        if (tag == 'X') {
            if (steering != null) {
                steering.terminating();
            }
            sendTo(frame, null);
            if (answering != null) {
                answering.leave();
            }
        } else if (tag == 'd') {
            firstData(frame);
        } else if (answering != null) {
            withhold(frame);
            boolean last = tag == 'S' || (isLast(tag) && !answering.answer().skipsToSync());
            if (last) {
                own = null;
                open = false;
            }
            answering.answer().message(frame, last);
            if (last) {
                waitFor(answering);
                holdNext();
            }
        } else if (refused && tag != 'S') {
            withhold(frame);
            frame.release();
        } else if (!isHolding() && endsLocally(frame)) {
            return;
        } else if (isNeverRefused(tag) && steering != null && isHolding()) {
            releaseInFrontOf(frame, steering);
        } else if (tag == 'S' && steering != null && steering.mustSettle() && !isQuiet()) {
            deciding = true;
            scanner.pause();
            session.readingChanged();
            stalled = frame;
            afterAnswers(this::forwardStalled);
        } else if (steering == null || isNeverRefused(tag)) {
            refused = false;
            if (tag == 'S' && !open && target.expected().isEmpty() && target.status() == TransactionStatus.IDLE) {
                target = main; // a Sync within COPY belongs to the COPY, and tells of the block that is open
            }
            sendTo(frame, watchOf(tag));
            if (tag == 'S' && steering != null) {
                steering.exchangeWhole();
            }
        } else {
            deciding = true;
            asking = true;
            steering.decide(frame, this);
            asking = false;
            if (deciding) {
                scanner.pause();
                session.readingChanged();
            }
        }
    }

    /** CopyData behind messages that may be held still: those go first. */
    private void firstData(Frame frame) {
        scanner.interest(STEERED);
        if (own != null || refused) {
            withhold(frame);
            frame.release();
        } else if (steering != null && isHolding()) {
            releaseInFrontOf(frame, steering);
        } else {
            sendTo(frame, null);
        }
    }

    private void releaseInFrontOf(Frame frame, Steering held) {
        deciding = true;
        stalled = frame;
        asking = true;
        held.release(frame.tag() == 'S', this::forwardStalled);
        asking = false;
        if (deciding) {
            scanner.pause();
            session.readingChanged();
        }
    }

    private boolean isHolding() {
        return steering != null && steering.isHolding();
    }

    private void waitFor(OwnTurn turn) {
        if (turn.answer().asksUpstreams() && !turn.isEnded()) {
            barrier = turn;
            scanner.pause();
            session.readingChanged();
        }
    }

    @Override
    public void forward(Frame frame, @Nullable AnswerOwner watcher) {
        if (!stillCounts(frame)) {
            return;
        }
        if (!open && !aimed) {
            target = main;
        }
        aimed = false;
        holding = false;
        boolean sync = frame.tag() == 'S';
        refused &= !sync;
        sendTo(frame, watcher);
        if (sync && steering != null) {
            steering.exchangeWhole();
        }
        goOnIfLate();
    }

    @Override
    public void aim(Upstream upstream) {
        if (!mayAim(upstream)) {
            throw new IllegalStateException("an exchange goes to one upstream");
        }
        if (open && target != upstream) {
            turns.handOver(target, upstream);
        }
        target = upstream;
        aimed = !open;
    }

    @Override
    public boolean mayAim(Upstream upstream) {
        return isUnsent() || target == upstream;
    }

    @Override
    public void ask(byte kind, AnswerOwner owner, ByteBuf messages) {
        if (over) {
            messages.release();
            return;
        }
        boolean whole = kind >= ExpectedAnswers.QUERY;
        if (!open && !aimed) {
            target = main;
        }
        if (!whole) {
            begin();
            local = false;
        }
        if (!target.sentFor(kind, owner)) {
            owner.skipped();
        }
        target.send(messages);
        if (whole) {
            target.flush();
        }
    }

    @Override
    public void afterAnswers(Runnable then) {
        if (isQuiet()) {
            then.run();
        } else {
            urge();
            afterAnswers = then;
        }
    }

    /** Called when answers have come. */
    void answersCame() {
        Runnable then = afterAnswers;
        if (then != null && isQuiet() && !nextHeld) {
            afterAnswers = null;
            then.run();
        }
    }

    @Override
    public boolean isQuiet() {
        ExpectedAnswers due = target.expected();
        if (due.isCopyingIn()) {
            return turns.isAlone(target);
        }
        return due.isEmpty() && (open ? turns.isAlone(target) : turns.isIdle());
    }

    @Override
    public boolean isUnsent() {
        return !open || local;
    }

    @Override
    public boolean isSkipping() {
        return open && target.expected().isSkipping();
    }

    @Override
    public boolean isDoubtful() {
        return doubtful;
    }

    @Override
    public void urge() {
        if (!over && open && !target.expected().isEmpty()) {
            target.send(ByteBufAllocator.DEFAULT.buffer(5).writeByte('H').writeInt(4));
        }
        target.flush();
    }

    @Override
    public void say(Frame frame, ByteBuf messages) {
        if (!stillCounts(frame)) {
            messages.release();
            return;
        }
        sayNow(frame, messages);
        goOnIfLate();
    }

    @Override
    public void sayLast(Frame frame, ByteBuf messages, TransactionStatus status) {
        if (!stillCounts(frame)) {
            messages.release();
            return;
        }
        sayNow(frame, messages);
        ready(status);
        goOnIfLate();
    }

    /** An upstream stops of itself while the client does not read; what is said here has to be stopped. */
    private void stopIfFull() {
        if (!full && !session.client().isWritable()) {
            full = true;
            scanner.split();
            scanner.pause();
            session.readingChanged();
        }
    }

    /** The client has read; whether that was waited for. */
    boolean clientHasRead() {
        boolean was = full;
        full = false;
        return was;
    }

    private void sayNow(Frame frame, ByteBuf messages) {
        withhold(frame);
        frame.release();
        sayHere(messages);
    }

    @Override
    public void sayHeld(ByteBuf messages) {
        if (over) {
            messages.release();
        } else {
            holding = false;
            sayHere(messages);
        }
    }

    private void sayHere(ByteBuf messages) {
        if (!open) {
            if (!aimed) {
                target = main;
            }
            aimed = false;
            open = true;
            local = true;
            turns.begin(target);
        }
        session.client().writeWithNext(messages);
        stopIfFull();
    }

    /** Whether it is a Sync or Flush behind answers of the proxy's own alone. */
    private boolean endsLocally(Frame frame) {
        if (!local || (frame.tag() != 'S' && frame.tag() != 'H')) {
            return false;
        }
        deciding = false;
        withhold(frame);
        frame.release();
        if (frame.tag() == 'H') {
            session.client().flush();
        } else {
            refused = false;
            ready(session.transaction());
            if (steering != null) {
                steering.exchangeWhole();
            }
        }
        return true;
    }

    private void ready(TransactionStatus status) {
        local = false;
        open = false;
        session.localExchangeEnded(target, status);
    }

    @Override
    public void hold(Frame frame) {
        if (!deciding) {
            throw new IllegalStateException("a message is decided on once");
        }
        deciding = false;
        holding = true;
        scanner.interest(HOLDING);
        goOnIfLate();
    }

    @Override
    public void send(Frame frame, @Nullable AnswerOwner watcher) {
        if (over) {
            frame.release();
            return;
        }
        holding = false;
        if (!open && !aimed) {
            target = main;
        }
        aimed = false;
        sendTo(frame, watcher);
    }

    @Override
    public void drop(Frame frame) {
        if (stillCounts(frame)) {
            withhold(frame);
            frame.release();
            goOnIfLate();
        }
    }

    @Override
    public void answer(Frame frame, OwnAnswer answer) {
        if (!stillCounts(frame)) {
            answer.abandoned();
            return;
        }
        answerNow(frame, answer);
        goOnIfLate();
    }

    @Override
    public void refuse(Frame frame, PgError error, Refusal told) {
        if (!stillCounts(frame)) {
            return;
        }
        withhold(frame);
        boolean simple = isLast(frame.tag());
        if (!open && turns.isIdle() && !session.isInBlock()) {
            answerNow(frame, new OwnRefusal(error, !simple, told));
        } else {
            frame.release();
            if (!open && !aimed) {
                target = main;
            }
            aimed = false;
            local = false;
            doubtful |= open && simple;
            begin();
            RefusalAnswer answer = new RefusalAnswer(error, told);
            if (simple) {
                if (target.sentFor(ExpectedAnswers.QUERY, answer)) {
                    open = false;
                    holdNext();
                } else {
                    answer.skipped();
                }
                target.send(RefusalAnswer.impossibleQuery());
            } else {
                refused = true;
                if (!target.sentFor(ExpectedAnswers.EXECUTE, answer)) {
                    answer.skipped();
                }
                target.send(RefusalAnswer.impossibleExecute(session.impossiblePortal()));
            }
        }
        goOnIfLate();
    }

    @Override
    public boolean isFirstOfExchange() {
        return !open && !holding;
    }

    @Override
    public Upstream upstream() {
        return main;
    }

    /** A decision that came at once is within the walk through what was read: who walks goes on, and flushes. */
    private void goOnIfLate() {
        if (!asking) {
            session.streamMayGoOn();
        }
    }

    /** Whether there is still a session to carry the decision out; if not, the frame is given back. */
    private boolean stillCounts(Frame frame) {
        if (!deciding) {
            throw new IllegalStateException("a message is decided on once");
        }
        deciding = false;
        if (over) {
            frame.release();
        }
        return !over;
    }

    private void withhold(Frame frame) {
        unsent = frame.length() + 1L - frame.bytes().readableBytes();
    }

    private void answerNow(Frame frame, OwnAnswer answer) {
        if (open) {
            throw new IllegalStateException("an exchange is answered whole");
        }
        withhold(frame);
        boolean last = isLast(frame.tag());
        OwnTurn turn = new OwnTurn(answer, session);
        if (!last) {
            open = true;
            own = turn;
        }
        turns.begin(turn);
        answer.message(frame, last);
        if (last) {
            waitFor(turn);
            holdNext();
        }
    }

    private @Nullable AnswerOwner watchOf(byte tag) {
        return tag == 'S' && steering != null ? steering.watchOfSync() : null;
    }

    private void forwardStalled() {
        Frame frame = stalled;
        if (frame != null) {
            stalled = null;
            if (endsLocally(frame)) {
                goOnIfLate();
            } else {
                forward(frame, watchOf(frame.tag()));
            }
        }
    }

    /** Notes what is due before the bytes leave: a backend in this process may answer from within. */
    private void sendTo(Frame frame, @Nullable AnswerOwner watcher) {
        Upstream to = target;
        sent(frame.tag(), frame.length() == 4, watcher);
        to.send(frame.bytes());
    }

    /** What a message that is on its way will be answered with. */
    private void sent(byte tag, boolean empty, @Nullable AnswerOwner watcher) {
        switch (tag) {
            case 'Q' -> sentLast(ExpectedAnswers.QUERY, watcher);
            case 'S' -> sentLast(ExpectedAnswers.SYNC, watcher);
            case 'F' -> sentLast(ExpectedAnswers.FUNCTION_CALL, watcher);
            case 'B' -> sentPart(ExpectedAnswers.BIND, watcher);
            case 'E' -> sentPart(ExpectedAnswers.EXECUTE, watcher);
            case 'P' -> sentPart(ExpectedAnswers.PARSE, watcher);
            case 'D' -> sentPart(ExpectedAnswers.DESCRIBE, watcher);
            case 'C' -> sentPart(ExpectedAnswers.CLOSE, watcher);
            case 'c', 'f' -> {
                target.expected().sentCopyEnd();
                holdNext();
            }
            case 'H' -> {
                if (!empty) {
                    sentPart(ExpectedAnswers.EXECUTE, watcher); // malformed: an error will answer it
                }
            }
            case 'X' -> {
                session.terminated();
                scanner.split();
                scanner.pause();
            }
            default -> {
                // CopyData is answered by nothing, a Flush only by what was asked before
            }
        }
    }

    private void sentPart(byte kind, @Nullable AnswerOwner watcher) {
        begin();
        due(kind, watcher);
    }

    private void sentLast(byte kind, @Nullable AnswerOwner watcher) {
        doubtful = kind != ExpectedAnswers.SYNC && (open || doubtful);
        begin();
        if (due(kind, watcher)) {
            open = false;
            holdNext();
        }
    }

    private boolean due(byte kind, @Nullable AnswerOwner watcher) {
        if (watcher == null) {
            return target.expected().sent(kind, null);
        }
        boolean due = target.sentFor(kind, watcher);
        if (!due) {
            watcher.skipped();
        }
        return due;
    }

    private void begin() {
        local = false;
        if (!open && !target.expected().isCopyingIn()) { // a Sync within COPY begins nothing
            open = true;
            turns.begin(target);
        }
    }

    /** Ends its exchange. */
    private static boolean isLast(byte tag) {
        return tag == 'S' || tag == 'Q' || tag == 'F';
    }

    private static boolean isNeverRefused(byte tag) {
        return tag == 'S' || tag == 'H' || tag == 'c' || tag == 'f';
    }
}
