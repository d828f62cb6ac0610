package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.pool.PoolMode;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.startup.StartupMessage;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A session that a client takes for one of its own, though it has a connection only from its first statement to the end
 * of its transaction, unless something keeps it.
 *
 * <p>What the client sends goes through {@link ClientMessages}; what its session is, wherever it runs, is its
 * {@link ClientState}. All calls on its event loop.
 */
final class VirtualSession implements BackendSession {
    private final KeyedPool home;
    private final BackendSink sink;
    private final StartupMessage startup;
    private final PoolMode mode;
    private final ClientState state;
    private final ClientMessages messages;

    private final ToldSettings told;
    private final Retrial retrial;
    private final QueuePlace place;
    private final ClientBacklog backlog;
    private final OwnAnswers answers;

    private volatile @Nullable PooledConnection connection;

    private long attachedAt;
    private boolean terminating;
    private boolean probing;
    private boolean wantsBytes = true;
    private boolean over;

    VirtualSession(KeyedPool home, StartupMessage startup, BackendSink sink) {
        this.home = home;
        this.sink = sink;
        this.startup = startup;
        this.mode = home.settings().mode();
        this.state = new ClientState(home, applicationName());
        this.messages = new ClientMessages(this, home, state);
        this.told = new ToldSettings(home);
        this.retrial = new Retrial(messages, state, home);
        this.place = new QueuePlace(this, home);
        this.backlog = new ClientBacklog(messages, sink);
        this.answers = new OwnAnswers(this);
    }

    String applicationName() {
        return Objects.requireNonNullElse(startup.parameter(SettingsSql.APPLICATION_NAME), "");
    }

    // --- login

    /** In session mode a client has its connection from the beginning. */
    void begin() {
        place.begin();
    }

    /** Tells the client what the server says to those who log in. */
    void greet() {
        Map<String, String> parameters = home.welcome();
        if (!over && !told.isGreeted() && parameters != null) {
            told.greet(startup, parameters, applicationName(), connection, sink);
        }
    }

    // --- what the client sends

    @Override
    public void send(ByteBuf bytes) {
        if (over || terminating) {
            bytes.release();
        } else {
            messages.take(bytes);
            if (answers.takeDue()) {
                home.loop().execute(this::answersComplete);
            }
            backlog.grown();
        }
    }

    @Override
    public void flush() {
        PooledConnection mine = connection;
        if (mine != null) {
            mine.upstream().flush();
        }
    }

    @Override
    public boolean isWritable() {
        PooledConnection mine = connection;
        return !backlog.isFull() && (mine == null || mine.upstream().isWritable());
    }

    @Override
    public void reading(boolean on) {
        wantsBytes = on;
        PooledConnection mine = connection;
        if (mine != null) {
            mine.upstream().reading(on);
        }
    }

    /** What a text leaves behind, read as the client's settings say. */
    Footprint read(ByteBuf bytes, int from, int length) {
        PooledConnection mine = connection;
        boolean ahead = mine != null && !mine.upstream().expected().isEmpty();
        return told.read(bytes, from, length, ahead);
    }

    /** Whether nothing may be sent for now: a cancel is on its way, and must not hit what comes next. */
    boolean isHeldUp() {
        PooledConnection mine = connection;
        return retrial.isHealing() || (mine != null && mine.isBeingCancelled());
    }

    /** Whether what is sent now may have to be sent again: by name, or on a connection that may be about to close. */
    boolean mayHaveToRepeat() {
        PooledConnection mine = connection;
        return mode != PoolMode.SESSION
                && (mine == null || (mine.isQuiet() && mine.upstream().status() == TransactionStatus.IDLE))
                && (mine == null ? home.hasIdle() : !state.statements().isEmpty());
    }

    /**
     * The server has ended a connection that nobody had used for too long, in the very moment when this client got it:
     * nothing was run, so it can be run elsewhere.
     */
    boolean goesElsewhere(PgError error) {
        if (isBetweenTransactions()) {
            return true; // it has no use for the connection; whether it can do without, its end will show
        }
        return !over && !terminating && retrial.moves(error);
    }

    /** Nothing of the client's is due, open, or bound to the connection. */
    private boolean isBetweenTransactions() {
        PooledConnection mine = connection;
        return mine != null
                && mode != PoolMode.SESSION
                && !over
                && !state.isPinned()
                && !messages.isBatchOpen()
                && mine.upstream().status() == TransactionStatus.IDLE
                && (mine.isQuiet() || isForPool(mine));
    }

    /** If the server was just being asked what the session has, that is lost; else nothing is. */
    private void loseBetween() {
        detach();
        if (probing) {
            fail(PoolErrors.LOST.fatal());
        } else if (terminating) {
            bow();
        } else {
            messages.settled();
            messages.goOn();
            flush();
        }
    }

    private void move(PooledConnection lost) {
        probing = false;
        lost.upstream().skipAll();
        detach();
        retrial.move();
        flush();
    }

    /**
     * A Bind was refused for what is no fault of the client's.
     *
     * @param outdated whether definitions have been changed
     * @return false if the client has to hear of it; else all is sent again
     */
    boolean heal(ClientStatement statement, boolean outdated) {
        PooledConnection mine = connection;
        if (outdated) {
            home.pool().defined();
        }
        return mine != null && !over && !terminating && retrial.heals(statement, outdated, mine);
    }

    boolean isStatementMode() {
        return mode == PoolMode.STATEMENT;
    }

    boolean isSessionMode() {
        return mode == PoolMode.SESSION;
    }

    /** What the pool answers in the server's place. */
    OwnAnswers answers() {
        return answers;
    }

    @Nullable
    PooledConnection connection() {
        return connection;
    }

    /** Tries to get a connection: if there is none, the session waits, and goes on by itself. */
    @Nullable
    PooledConnection acquire() {
        if (place.isWaiting()) {
            return null;
        }
        if (!home.hasForNext() && home.isFull()) {
            messages.refuse(PoolErrors.QUEUE_FULL);
            return null;
        }
        PooledConnection free = place.take();
        if (free != null) {
            attach(free);
        }
        return free;
    }

    /** A connection for a session that waits. */
    void served(PooledConnection free) {
        place.left(told.isGreeted());
        if (over || connection != null) {
            free.use(this);
            free.leave();
            return;
        }
        attach(free);
        if (!told.isGreeted()) {
            greet();
        }
        goOn();
        flush();
        sink.receiveComplete();
    }

    private void attach(PooledConnection free) {
        connection = free;
        free.use(this);
        free.upstream().reading(wantsBytes);
        attachedAt = free.upstream().position();
        free.settle(state.settings());
        if (state.isRecalling()) {
            free.forgetSequences();
        }
        if (told.isGreeted() && !free.isSettling()) {
            tellSettings();
        }
    }

    /** Whether nothing has been asked for the client there. */
    boolean isFirstOnConnection() {
        PooledConnection mine = connection;
        return mine != null
                && mine.upstream().position() == attachedAt
                && mine.upstream().expected().isEmpty();
    }

    /** Nobody gets a connection for it. */
    void refused(PgError why) {
        place.left(told.isGreeted());
        if (over) {
            return;
        }
        if (told.isGreeted()) {
            messages.refuse(why);
            goOn();
            sink.receiveComplete();
        } else {
            fail(why.fatal());
        }
    }

    /** It has waited for long. */
    void noticeWait() {
        if (told.isGreeted()) {
            place.notice(sink);
        }
    }

    long waitsSince() {
        return place.since();
    }

    // --- what comes back

    void answered(ByteBuf bytes) {
        if (over) {
            bytes.release();
        } else {
            retrial.answered(bytes, sink);
        }
    }

    void answersComplete() {
        if (!over) {
            sink.receiveComplete();
            goOn();
        }
    }

    void goOnSoon() {
        home.loop().execute(this::goOn);
    }

    /** Does what can be done now: sends what had to wait, or gives the connection back. */
    void goOn() {
        if (over) {
            return;
        }
        if (terminating && connection == null) {
            bow();
            return;
        }
        if (!terminating) {
            messages.goOn(); // behind Terminate nothing counts
        }
        backlog.shrunk();
        PooledConnection mine = connection;
        if (!over && mine != null && isCutShort(mine)) {
            bow();
            return;
        }
        boolean more = messages.isBatchOpen() && !terminating;
        if (over || mine == null || !mine.isQuiet() || more || probing) {
            flush();
            return;
        }
        if (retrial.isHealing()) {
            retrial.heal();
            flush();
            return;
        }
        messages.settled();
        retrial.settled();
        if (terminating) {
            bow();
            return;
        }
        TransactionStatus status = mine.upstream().status();
        if (status != TransactionStatus.IDLE) {
            if (mode == PoolMode.STATEMENT) {
                fail(PoolErrors.NO_BLOCK.fatal());
            }
            flush();
            return;
        }
        messages.transactionOver();
        if (mode == PoolMode.SESSION) {
            flush();
            return;
        }
        SessionProbe probe = state.transactionOver(mine);
        if (probe != null) {
            probing = true;
            mine.query(probe.sql(), new OwnQuery(answer -> home.loop().execute(() -> probed(probe, answer, mine))));
            flush();
        } else if (!state.isPinned() && !messages.isWaiting()) {
            detach();
            mine.leave();
        } else {
            flush();
        }
    }

    private void probed(SessionProbe probe, OwnQuery answer, PooledConnection asked) {
        probing = false;
        if (over || connection != asked) {
            return;
        }
        if (answer.error() == null && probe.fits(answer.rows())) {
            state.probed(probe, answer, asked);
        } else {
            asked.needsFullReset();
            state.pin(PinReason.UNTRACKED); // what the session has is not known: it stays where it is
        }
        goOn();
    }

    /** Settings were put there that the session has: the client hears of what it does not know yet. */
    void tellSettings() {
        PooledConnection mine = connection;
        if (mine != null) {
            told.tell(mine, sink);
        }
    }

    /** The client hears of a setting that has changed. */
    void told(String name, String value) {
        told.heard(name, value);
    }

    void errorSeen() {
        state.failed();
        PooledConnection mine = connection;
        if (mine != null) {
            messages.failed(mine);
        }
    }

    void reopen() {
        messages.reopen();
    }

    void upstreamWritable(boolean writable) {
        if (!over) {
            sink.writable(writable && !backlog.isFull());
        }
    }

    /** Its settings cannot be had on the connection it was given: it cannot be the session that the client knows. */
    void restoreFailed(PgError why) {
        PooledConnection mine = connection;
        if (mine != null) {
            detach();
        }
        fail(PoolErrors.notRestored(why));
    }

    void connectionLost(PgError reason) {
        PooledConnection mine = connection;
        if (mine != null && retrial.isMoving()) {
            move(mine);
            return;
        }
        if (mine != null && isBetweenTransactions()) {
            loseBetween();
            return;
        }
        if (mine != null) {
            detach();
        }
        if (!over) {
            over();
            sink.closed(reason);
        }
    }

    // --- its end

    /** The client has said that it is the end: what it has asked before is still answered. */
    void terminated() {
        terminating = true;
        home.loop().execute(this::leaveInOrder); // nothing may be due whose end would be heard of
    }

    /** What a batch has asked is answered, but never committed. */
    private void leaveInOrder() {
        PooledConnection mine = connection;
        if (mine != null && messages.isBatchOpen()) {
            mine.upstream().send(Prelude.flush());
        }
        goOn();
    }

    /** It is the end: nothing is due, or nothing that would end without the client. */
    private void bow() {
        end();
        home.loop().execute(() -> sink.closed(PoolErrors.ENDED));
    }

    /** Whether Terminate stands where more was to come: behind whatever was asked before, nothing will be answered. */
    private boolean isCutShort(PooledConnection mine) {
        ExpectedAnswers due = mine.upstream().expected();
        return terminating && (due.isCopyingIn() || (messages.isBatchOpen() && due.isOneExchange()));
    }

    /** Ends the session with an error of our own. */
    private void fail(PgError fatal) {
        end();
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
        fatal.writeError(bytes);
        sink.received(bytes);
        sink.receiveComplete();
        home.loop().execute(() -> sink.closed(fatal));
    }

    private void detach() {
        connection = null;
        state.unpin();
    }

    private void end() {
        PooledConnection mine = connection;
        if (mine != null) {
            boolean clean = !messages.isBatchOpen() && (terminating || mine.isQuiet() || isForPool(mine));
            if (state.hasLeftThings() || probing) { // what is being asked for would stay
                mine.needsFullReset();
            }
            detach();
            if (clean && !mine.upstream().expected().isCopyingIn()) {
                mine.leave();
            } else {
                mine.destroy();
            }
        }
        over();
    }

    /** All that is due there was asked by the pool itself. */
    private static boolean isForPool(PooledConnection mine) {
        AnswerOwner owner = mine.upstream().expected().owner();
        return owner instanceof OwnQuery
                && mine.upstream().expected().size() == 1
                && !mine.upstream().expected().isSkipping();
    }

    private void over() {
        if (!over) {
            over = true;
            place.left(false);
            messages.release();
            home.left(this);
        }
    }

    @Override
    public void cancel(BackendKeyData key, Runnable done) {
        PooledConnection mine = connection;
        if (over) {
            done.run();
        } else if (place.isWaiting()) {
            home.stopWaiting(this);
            refused(PoolErrors.CANCELLED);
            done.run();
        } else if (mine == null || !isClientsRunning(mine.upstream().expected())) {
            done.run(); // nothing of the client's runs: a late cancel must not hit what comes next
        } else {
            mine.cancel(done);
        }
    }

    private static boolean isClientsRunning(ExpectedAnswers due) {
        AnswerOwner owner = due.owner();
        return !due.isEmpty() && (owner == null || owner.relays() || owner.standsForClients());
    }

    @Override
    public void abandon(BackendKeyData key) {
        close();
    }

    @Override
    public void close() {
        if (!over) {
            end();
        }
    }

    /** Why it keeps its connection; empty if it does not. From any thread. */
    @Override
    public Set<String> pins() {
        return state.pins().stream().map(PinReason::name).collect(Collectors.toUnmodifiableSet());
    }

    /** The process that it has at the other end, 0 if none. From any thread. */
    @Override
    public int upstreamPid() {
        PooledConnection mine = connection;
        return mine == null ? 0 : mine.pid();
    }

    @Override
    public long waitedNanos() {
        return place.waitedNanos();
    }

    @Override
    public boolean isWaiting() {
        return place.isWaiting();
    }

    /** Names the user and the database. */
    @Override
    public String toString() {
        return "VirtualSession[" + home.key() + "]";
    }
}
