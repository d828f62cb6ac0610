package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.FrameScanner;
import io.pgproxy.protocol.frame.FrameSink;
import io.pgproxy.protocol.frame.HeaderRules;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An upstream of one client: sends what the client's stream hands it, finds the answers in what comes back, and gives
 * each to whom it belongs: bytes for the client to the {@link UpstreamListener}, the rest to its {@link AnswerOwner}.
 */
public final class Upstream implements BackendSink, FrameSink, TurnSource {
    /** What a session must see of answers that go to its client. */
    private static final Interest RELAYED = Interest.nothing()
            .note(
                    BackendTag.COMMAND_COMPLETE,
                    BackendTag.READY_FOR_QUERY,
                    BackendTag.ROW_DESCRIPTION,
                    BackendTag.BIND_COMPLETE,
                    BackendTag.PARSE_COMPLETE,
                    BackendTag.CLOSE_COMPLETE,
                    BackendTag.NO_DATA,
                    BackendTag.PORTAL_SUSPENDED,
                    BackendTag.EMPTY_QUERY_RESPONSE,
                    BackendTag.COPY_IN_RESPONSE)
            .cut(BackendTag.ERROR_RESPONSE);

    /** What is seen of an answer that goes to the client and that somebody watches. */
    public static final Interest WATCHED = RELAYED.cut(BackendTag.PARAMETER_STATUS);

    private static final Interest OPAQUE = Interest.nothing().cut(BackendTag.ERROR_RESPONSE);
    static final Interest OWNED = Interest.everything();

    /** What is seen of an answer of which nothing is to pass: rows are many, and are not even cut out. */
    public static final Interest SWALLOWED = swallowed();

    /** Errors and the proxy's own answers are held whole up to this size. */
    private static final int LONGEST_FRAME = 1 << 16;

    /** So are rows that somebody reads. */
    private static final int LONGEST_ROW = 64 << 20;

    private final FrameScanner scanner;
    private final Interest unwatched;

    /** Null where messages are sent in the buffers that they came in. */
    private final @Nullable SmallMessages together;

    private final ExpectedAnswers expected = new ExpectedAnswers();

    private UpstreamListener listener;
    private @Nullable BackendSession backend;

    /** Sent, but what follows may still become part of it. */
    private @Nullable ByteBuf growing;

    private @Nullable UpstreamLogin login;
    private @Nullable BackendKeyData key;
    private @Nullable AnswerOwner owner;
    private boolean relaying = true;
    private boolean finishingRelayed;

    /** What is still to come of a message whose head an owner has been given: it is not for the client. */
    private long withheld;

    private TransactionStatus status = TransactionStatus.IDLE;
    private boolean completedSinceReady;
    private boolean fatalSeen;
    private boolean wanted = true;
    private boolean othersTurn;
    private boolean held;
    private final ArrayDeque<ByteBuf> postponed = new ArrayDeque<>(0);
    private boolean closed;
    private long queuedTaken;

    private static Interest swallowed() {
        List<BackendTag> others = new ArrayList<>(List.of(BackendTag.values()));
        others.removeAll(List.of(BackendTag.DATA_ROW, BackendTag.COPY_DATA));
        return Interest.nothing()
                .cut(others.toArray(new BackendTag[0]))
                .take(BackendTag.DATA_ROW, BackendTag.COPY_DATA);
    }

    /** An upstream of a transparent session. */
    Upstream(UpstreamListener listener, UpstreamLogin login) {
        this(listener, login, false, false);
    }

    /**
     * An upstream in login.
     *
     * @param listener the session
     * @param login takes what comes until the login is over
     * @param watched whether answers are watched: then settings that change are reported, and long rows held
     * @param inPieces whether it is sent many small buffers
     */
    public Upstream(UpstreamListener listener, UpstreamLogin login, boolean watched, boolean inPieces) {
        this.listener = listener;
        this.login = login;
        this.unwatched = watched ? WATCHED : RELAYED;
        this.together = inPieces ? new SmallMessages() : null;
        this.scanner = new FrameScanner(HeaderRules.BACKEND, OWNED, watched ? LONGEST_ROW : LONGEST_FRAME, this);
    }

    /** Called once, right after the backend has been asked to open a session with this as its sink. */
    public void opened(BackendSession session) {
        if (closed) {
            session.close();
        } else {
            backend = session;
        }
    }

    /** {@return its session, if that can have exchanges run elsewhere; else null} */
    public @Nullable RoutedSession routed() {
        return backend instanceof RoutedSession routed ? routed : null;
    }

    /**
     * Aims its session, behind all that was sent before.
     *
     * @param upstreams see {@link RoutedSession#aim}
     * @param last see there
     */
    public void aim(List<String> upstreams, boolean last) {
        if (backend instanceof RoutedSession routed && !closed && !routed.isAimed(upstreams)) {
            leave(backend);
            routed.aim(upstreams, last);
        }
    }

    /**
     * Moves its open block, behind all that was sent before.
     *
     * @param upstreams see {@link RoutedSession#move}
     * @param begin see there
     * @param failedToo see there
     */
    public void move(List<String> upstreams, String begin, boolean failedToo) {
        if (backend instanceof RoutedSession routed && !closed && !routed.isAimed(upstreams)) {
            leave(backend);
            routed.move(upstreams, begin, failedToo);
        }
    }

    private void leave(BackendSession session) {
        leaveGrowing(session);
        if (together != null) {
            together.leave(session);
        }
    }

    /** {@return nanoseconds that a connection of a pool was waited for since this was asked last} */
    public long takeQueued() {
        BackendSession session = backend;
        long all = session == null ? queuedTaken : session.waitedNanos();
        long last = all - queuedTaken;
        queuedTaken = all;
        return last;
    }

    /** The login is over: from here on answers are matched with what was sent. */
    public void serve(UpstreamListener session, @Nullable BackendKeyData keyData, TransactionStatus initial) {
        login = null;
        listener = session;
        key = keyData;
        status = initial;
        scanner.interest(unwatched);
    }

    /** The login is over, and what follows is no business of ours: streaming replication. */
    void passAll(UpstreamListener session, @Nullable BackendKeyData keyData) {
        serve(session, keyData, TransactionStatus.IDLE);
        scanner.interest(OPAQUE);
    }

    /** {@return what it still owes} */
    public ExpectedAnswers expected() {
        return expected;
    }

    /** What the last ReadyForQuery said. */
    public TransactionStatus status() {
        return status;
    }

    /** Whether the next statement will find a failed block, as far as the answers seen so far tell. */
    public boolean isBlockFailed() {
        return status == TransactionStatus.FAILED && !completedSinceReady;
    }

    /** Whether the server's own FATAL has reached the client: nothing may be added to it. */
    public boolean isFatalSeen() {
        return fatalSeen && !othersTurn;
    }

    /** Passes on what has been seen of the answer, up to the end of the message just told of. */
    public void passSeen() {
        scanner.split();
    }

    /** {@return how many bytes it has sent, up to the end of the message just told of} */
    public long position() {
        return scanner.position();
    }

    /** What the owner of the answer at hand wants to see has changed, or whether it relays. */
    public void interestChanged() {
        AnswerOwner now = owner;
        if (now != null) {
            Interest next = now.interest();
            boolean relays = now.relays();
            if (next != scanner.interest() || relays != relaying) {
                scanner.split();
                relaying = relays;
                scanner.interest(next);
            }
        }
    }

    /** Whether the last byte that was passed on ended a message. */
    public boolean isBetweenMessages() {
        return scanner.isBetweenMessages();
    }

    /** Sends bytes whose answers have been noted in {@link #expected()}. */
    public void send(ByteBuf bytes) {
        BackendSession session = backend;
        ByteBuf before = growing;
        if (session == null || closed) {
            bytes.release();
        } else if (before != null && bytes.readableBytes() <= before.writableBytes()) {
            before.writeBytes(bytes);
            bytes.release();
        } else if (before != null) {
            leaveGrowing(session);
            session.send(bytes);
        } else if (together != null) {
            together.send(bytes, session);
        } else {
            session.send(bytes);
        }
    }

    /**
     * Sends bytes that were made here, in one piece with what follows before the next {@link #flush}, as far as they
     * have room for it: to write a piece more costs more than to copy some bytes.
     *
     * @param bytes owned by the callee, nobody else's
     */
    public void sendWithNext(ByteBuf bytes) {
        if (growing != null || together != null) {
            send(bytes);
        } else {
            growing = bytes;
        }
    }

    public void flush() {
        BackendSession session = backend;
        if (session != null && !closed) {
            leave(session);
            session.flush();
        }
    }

    /** Passes bytes of an answer on to the client, in its place in the stream; owned by the callee. */
    public void relay(ByteBuf bytes) {
        listener.answered(this, bytes);
    }

    public boolean isWritable() {
        return backend == null || closed || backend.isWritable();
    }

    /** Notes that a message has been sent, whose answer is due to somebody other than the client. */
    public boolean sentFor(byte kind, AnswerOwner answerOwner) {
        boolean due = expected.sent(kind, answerOwner);
        if (expected.size() == 1) {
            next();
            letGo();
        }
        return due;
    }

    /** Asks the backend for bytes, or for none. */
    public void reading(boolean on) {
        wanted = on;
        BackendSession session = backend;
        if (session != null && !closed) {
            session.reading(on && !held);
        }
    }

    /** Stops behind the last whole message: it is another's turn to reach the client. */
    @Override
    public void waitForTurn() {
        othersTurn = true;
        hold();
    }

    /** Goes on with what came meanwhile. */
    @Override
    public void takeTurn() {
        othersTurn = false;
        for (ByteBuf bytes = postponed.poll(); bytes != null; bytes = postponed.poll()) {
            listener.answered(this, bytes);
        }
        letGo();
    }

    /** While it is another's turn only answers that somebody here owns are taken. */
    private void hold() {
        if (othersTurn && isForClient() && !held) {
            held = true;
            scanner.split();
            scanner.pause();
            reading(wanted);
        }
    }

    private void letGo() {
        if (held && !(othersTurn && isForClient())) {
            held = false;
            reading(wanted);
            resume();
        }
    }

    private boolean isForClient() {
        return owner == null || relaying || owner.standsForClients();
    }

    private void resume() {
        try {
            scanner.resume();
        } catch (ProtocolException e) {
            broken(e);
        }
        listener.answersComplete(this);
    }

    /** Cancels what runs; {@code done} when the cancel can no longer arrive late. */
    public void cancel(Runnable done) {
        if (backend == null || key == null || closed) {
            done.run();
        } else {
            backend.cancel(key, done);
        }
    }

    /** Ends it, and what runs there. Idempotent. */
    public void abandon() {
        BackendSession running = backend;
        BackendKeyData known = key;
        if (!closed && running != null && known != null) {
            forget();
            running.abandon(known);
        } else {
            close();
        }
    }

    /** Ends it without a word. Idempotent. */
    public void close() {
        if (!closed) {
            forget();
            if (backend != null) {
                backend.close();
            }
        }
    }

    private void leaveGrowing(BackendSession session) {
        ByteBuf last = growing;
        if (last != null) {
            growing = null;
            session.send(last);
        }
    }

    private void forget() {
        closed = true;
        if (growing != null) {
            growing.release();
            growing = null;
        }
        scanner.release();
        postponed.forEach(ByteBuf::release);
        postponed.clear();
        if (together != null) {
            together.close();
        }
    }

    /** Nothing of what is due will come: whoever waits for it is told that it was skipped. */
    public void skipAll() {
        expected.skipAll();
    }

    /** {@return whether it is over} */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void received(ByteBuf bytes) {
        if (closed) {
            bytes.release();
            return;
        }
        try {
            scanner.scan(bytes);
        } catch (ProtocolException e) {
            broken(e);
        }
    }

    @Override
    public void receiveComplete() {
        AnswerOwner watcher = owner;
        if (watcher != null) {
            watcher.flush(this);
        }
        listener.answersComplete(this);
    }

    @Override
    public void writable(boolean writable) {
        listener.upstreamWritable(this, writable);
    }

    @Override
    public void closed(PgError reason) {
        if (!closed) {
            listener.upstreamClosed(this, reason);
        }
    }

    private void broken(ProtocolException e) {
        if (!closed) {
            listener.upstreamClosed(
                    this,
                    PgError.of(e.sqlState(), String.valueOf(e.getMessage())).fatal());
        }
    }

    @Override
    public void passed(ByteBuf bytes, int begun) {
        if (withheld > 0) {
            int dropped = (int) Math.min(withheld, bytes.readableBytes());
            withheld -= dropped;
            bytes.skipBytes(dropped);
        }
        AnswerOwner taking = owner;
        if (login != null) {
            bytes.release(); // the rest of a message whose head has been seen
        } else if (taking == null || relaying || finishingRelayed) {
            if (taking != null) {
                taking.flush(this);
            }
            listener.answered(this, bytes);
        } else {
            taking.passed(bytes, this);
        }
    }

    @Override
    public void shown(byte tag, ByteBuf buffer, int body, int length) {
        AnswerOwner watcher = owner;
        if (watcher != null && tag == 'C') {
            watcher.completed(buffer, body, length - 1, this);
        }
        account(tag, -1);
    }

    @Override
    public void noted(byte tag, int first) {
        AnswerOwner watcher = owner;
        if (watcher != null && relaying) {
            watcher.noted(tag, this);
        }
        account(tag, first);
    }

    @Override
    public void taken(byte tag, ByteBuf buffer, int from, int length) {
        AnswerOwner watcher = owner;
        if (watcher != null) {
            watcher.taken(tag, buffer, from, length, this);
        }
    }

    private void account(byte tag, int first) {
        switch (tag) {
            case 'C' -> {
                completedSinceReady = true;
                expected.executed();
            }
            case 'I', 's' -> expected.executed();
            case 'Z' -> {
                ready(TransactionStatus.of((byte) first));
                return;
            }
            case '1' -> expected.completed(ExpectedAnswers.PARSE);
            case '2' -> expected.completed(ExpectedAnswers.BIND);
            case '3' -> expected.completed(ExpectedAnswers.CLOSE);
            case 'T', 'n' -> expected.described();
            case 'G' -> copyIn();
            case 'D', 'd', 'H', 'N' -> {
                return; // for a watcher alone
            }
            default -> throw new IllegalStateException("not noted: " + tag);
        }
        next();
    }

    @Override
    public void framed(Frame frame) {
        finishingRelayed = false;
        UpstreamLogin current = login;
        AnswerOwner answerOwner = owner;
        if (current != null) {
            current.message(frame, this);
        } else if (frame.tag() == 'E') {
            error(frame, answerOwner);
        } else if (frame.tag() == 'S') {
            setting(frame);
        } else if (answerOwner == null) {
            listener.answered(this, frame.bytes());
        } else if (frame.tag() == 'A') {
            finishingRelayed = !frame.isWhole();
            relayAtTurn(frame.bytes());
        } else if (relaying && frame.tag() == 'C') {
            completed(frame, answerOwner);
        } else {
            byte tag = frame.tag();
            int first = frame.bytes().readableBytes() > 5 ? frame.body().getByte(0) : -1;
            giveTo(answerOwner, frame);
            if (isNoted(tag)) {
                account(tag, first);
            }
        }
    }

    /** ParameterStatus: what the session knows of it is set before the client hears of it. */
    private void setting(Frame frame) {
        AnswerOwner watcher = owner;
        boolean taken = watcher != null && watcher.takesSettings() && frame.isWhole();
        finishingRelayed = watcher != null && !frame.isWhole();
        if (frame.isWhole()) {
            ParameterStatus reported = ParameterStatus.read(frame.body());
            if (taken) {
                listener.settingTaken(this, reported.name(), reported.value());
            } else {
                listener.settingReported(this, reported.name(), reported.value());
            }
        }
        if (watcher != null && relaying && !taken) {
            watcher.noted((byte) 'S', this);
        }
        if (taken) {
            frame.release();
        } else {
            relayAtTurn(frame.bytes());
        }
    }

    /** CommandComplete that straddled two reads. */
    private void completed(Frame frame, AnswerOwner watcher) {
        ByteBuf bytes = frame.bytes();
        watcher.completed(bytes, bytes.readerIndex() + 5, bytes.readableBytes() - 6, this);
        listener.answered(this, bytes);
        account((byte) 'C', -1);
    }

    private void giveTo(AnswerOwner answerOwner, Frame frame) {
        withheld = frame.length() + 1L - frame.bytes().readableBytes();
        answerOwner.answered(frame, this);
    }

    private void error(Frame frame, @Nullable AnswerOwner answerOwner) {
        PgError said = read(frame);
        if (said != null && said.isFatal()) {
            if (listener.takesFatal(this, said)) {
                frame.release();
                return;
            }
            fatalSeen = true;
            if (answerOwner != null) {
                answerOwner.ended(said);
            }
            relayAtTurn(frame.bytes());
            return;
        }
        listener.errorSeen(this, said);
        if (answerOwner == null) {
            listener.answered(this, frame.bytes());
        } else {
            giveTo(answerOwner, frame);
        }
        int merged = expected.failed();
        if (merged > 0) {
            listener.exchangesMerged(this, merged);
        }
        next();
    }

    /** For the client, but not in the middle of what another has to say. */
    private void relayAtTurn(ByteBuf bytes) {
        AnswerOwner watcher = owner;
        if (watcher != null) {
            watcher.flush(this);
        }
        if (othersTurn) {
            postponed.add(bytes);
        } else {
            listener.answered(this, bytes);
        }
    }

    private void ready(TransactionStatus now) {
        status = now;
        completedSinceReady = false;
        AnswerOwner answerOwner = expected.owner();
        boolean ended = expected.ready();
        next();
        if (ended && (answerOwner == null || answerOwner.standsForClients())) {
            listener.exchangeEnded(this, now);
        }
    }

    private void copyIn() {
        boolean simple = expected.isSimple();
        int voided = expected.copyIn();
        if (voided > 0) {
            listener.syncsVoided(this, voided, !simple);
        }
    }

    /** The next answer may belong to somebody else: cut the stream there, and look at what they want to see. */
    private void next() {
        AnswerOwner now = expected.owner();
        if (now != owner) {
            boolean relayed = owner == null || relaying;
            boolean relays = now == null || now.relays();
            if (!(relayed && relays)) {
                scanner.split();
                finishingRelayed = relayed && !scanner.isBetweenMessages();
            }
            owner = now;
            relaying = relays;
            scanner.interest(now == null ? unwatched : now.interest());
            if (now != null) {
                now.begins(this);
            }
            hold();
        }
    }

    private static boolean isNoted(byte tag) {
        return switch (tag) {
            case 'C', 'I', 's', 'Z', '1', '2', '3', 'T', 'n', 'G' -> true;
            default -> false;
        };
    }

    private static @Nullable PgError read(Frame frame) {
        try {
            return ErrorResponse.read(frame.body()).error();
        } catch (ProtocolException e) {
            return null; // the head of a very long one: FATAL errors are short
        }
    }
}
