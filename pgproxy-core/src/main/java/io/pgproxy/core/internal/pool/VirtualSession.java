package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.internal.session.RoutedSession;
import io.pgproxy.pool.PoolMode;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.startup.StartupMessage;
import java.util.List;
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
 * {@link ClientState}; the connection that it has is its {@link Attachment}, until {@link TransactionEnd}. All calls on
 * its event loop.
 */
final class VirtualSession implements BackendSession, RoutedSession {
    private final KeyedPool home;
    private final Homes homes;
    private final Itinerary itinerary;
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
    private final Attachment attachment;
    private final Relocation relocation;
    private final TransactionEnd transactionEnd;
    private final SessionEnd end;
    private final ConnectionLoss loss;

    VirtualSession(KeyedPool home, StartupMessage startup, @Nullable Credentials credentials, BackendSink sink) {
        this.home = home;
        this.homes = new Homes(this, home, startup, credentials);
        this.itinerary = new Itinerary(this, homes);
        this.sink = sink;
        this.startup = startup;
        this.mode = home.settings().mode();
        this.state = new ClientState(home, applicationName());
        this.messages = new ClientMessages(this, home, state);
        this.told = new ToldSettings(home);
        this.retrial = new Retrial(messages, state, home);
        this.place = new QueuePlace(this, home);
        this.backlog = new ClientBacklog(messages, itinerary, sink);
        this.answers = new OwnAnswers(this);
        this.attachment = new Attachment(this, state);
        this.transactionEnd = new TransactionEnd(this, home, state, messages, attachment);
        this.relocation = new Relocation(this, homes, attachment, place, state, transactionEnd);
        this.end = new SessionEnd(this, home, sink, state, messages, attachment, transactionEnd);
        this.loss = new ConnectionLoss(this, state, messages, retrial, attachment, transactionEnd, end);
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
        if (!end.isOver() && !told.isGreeted() && parameters != null) {
            told.greet(startup, parameters, applicationName(), attachment.connection(), sink);
        }
    }

    // --- what the client sends

    @Override
    public void send(ByteBuf bytes) {
        if (end.isOver() || end.isTerminating()) {
            bytes.release();
        } else {
            if (!itinerary.takes(bytes)) {
                take(bytes);
            }
            backlog.grown();
        }
    }

    /** Sends what the client has sent, as soon as it can be. */
    void take(ByteBuf bytes) {
        if (end.isOver()) {
            bytes.release();
            return;
        }
        messages.take(bytes);
        if (answers.takeDue()) {
            home.loop().execute(this::answersComplete);
        }
    }

    // --- where to

    @Override
    public boolean serves(List<String> upstreams) {
        return homes.serves(upstreams);
    }

    @Override
    public boolean isAimed(List<String> upstreams) {
        return isSessionMode() || itinerary.isAimed(upstreams); // who keeps its connection goes nowhere
    }

    @Override
    public void aim(List<String> upstreams, boolean last) {
        itinerary.aim(upstreams, last);
    }

    @Override
    public List<String> at() {
        PooledConnection mine = attachment.connection();
        return mine == null ? List.of() : mine.home().pool().names();
    }

    @Override
    public void move(List<String> upstreams, String begin, boolean failedToo) {
        itinerary.move(upstreams, begin, failedToo);
    }

    /** Whether it is at one of these. */
    boolean isAt(List<String> upstreams) {
        PooledConnection mine = attachment.connection();
        return mine != null && Homes.isAmong(mine.home(), upstreams, false);
    }

    /** Whether it has a connection, and at none of these: a block is open there, or something keeps it. */
    boolean isElsewhere(List<String> upstreams) {
        return attachment.connection() != null && !isAt(upstreams);
    }

    /**
     * Whether an open block is where it is not wanted, and nothing keeps it there; one that has failed is wanted
     * nowhere else unless that is said.
     */
    boolean isInBlockElsewhere(List<String> upstreams, boolean failedToo) {
        PooledConnection mine = attachment.connection();
        return mine != null
                && (mine.upstream().status() == TransactionStatus.IN_TRANSACTION
                        || (failedToo && mine.upstream().status() == TransactionStatus.FAILED))
                && !state.isPinned()
                && !isAt(upstreams);
    }

    /** Has its block go on where connections are taken from now. */
    void relocate(String begin, Runnable arrived) {
        PooledConnection mine = attachment.connection();
        if (mine != null) {
            relocation.begin(mine, begin, arrived);
        }
    }

    /** Whether its block is on its way elsewhere. */
    boolean isRelocating() {
        return relocation.isUnderWay();
    }

    /**
     * Whether what is sent next may go elsewhere. If something keeps the connection, or a block is open, it does not,
     * but need not wait either.
     */
    boolean mayTurn() {
        PooledConnection mine = attachment.connection();
        return !messages.isWaiting()
                && !place.isWaiting()
                && !retrial.isHealing()
                && !transactionEnd.isProbing()
                && !relocation.isUnderWay()
                && (mine == null
                        || (mine.isQuiet()
                                && !messages.isBatchOpen()
                                && (state.isPinned() || mine.upstream().status() != TransactionStatus.IDLE)));
    }

    /** Whether something runs where what comes next is welcome, too. */
    boolean isBusyAmong(List<String> upstreams, boolean last) {
        PooledConnection mine = attachment.connection();
        return mine != null && !mine.isQuiet() && Homes.isAmong(mine.home(), upstreams, last);
    }

    @Override
    public void flush() {
        attachment.flush();
    }

    @Override
    public boolean isWritable() {
        return !backlog.isFull() && attachment.isWritable();
    }

    @Override
    public void reading(boolean on) {
        attachment.reading(on);
    }

    /** What a text leaves behind, read as the client's settings say. */
    Footprint read(ByteBuf bytes, int from, int length) {
        return told.read(bytes, from, length, attachment.isAwaitingAnswers());
    }

    /** Whether nothing may be sent for now: a cancel is on its way, and must not hit what comes next. */
    boolean isHeldUp() {
        PooledConnection mine = attachment.connection();
        return retrial.isHealing() || (mine != null && mine.isBeingCancelled());
    }

    /** Whether what is sent now may have to be sent again: by name, or on a connection that may be about to close. */
    boolean mayHaveToRepeat() {
        PooledConnection mine = attachment.connection();
        return mode != PoolMode.SESSION
                && (mine == null || (mine.isQuiet() && mine.upstream().status() == TransactionStatus.IDLE))
                && (mine == null
                        ? homes.current().hasIdle()
                        : !state.statements().isEmpty());
    }

    /**
     * A Bind was refused for what is no fault of the client's.
     *
     * @param outdated whether definitions have been changed
     * @return false if the client has to hear of it; else all is sent again
     */
    boolean heal(ClientStatement statement, boolean outdated) {
        PooledConnection mine = attachment.connection();
        if (outdated) {
            home.pool().defined();
        }
        return mine != null && !end.isOver() && !end.isTerminating() && retrial.heals(statement, outdated, mine);
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
        return attachment.connection();
    }

    /** Tries to get a connection: if there is none, the session waits, and goes on by itself. */
    @Nullable
    PooledConnection acquire() {
        if (place.isWaiting()) {
            return null;
        }
        KeyedPool from = homes.choose();
        if (!from.hasForNext() && from.isFull()) {
            messages.refuse(PoolErrors.QUEUE_FULL);
            return null;
        }
        PooledConnection free = place.take(from);
        if (free != null) {
            attach(free);
        }
        return free;
    }

    /**
     * Connections cannot be had where it waits.
     *
     * @return whether it waits elsewhere from now on
     */
    boolean goesElsewhere() {
        return place.isWaiting() && told.isGreeted() && waitsAt(homes.next());
    }

    /** There will be no more connections where it waits. */
    void goesHome() {
        if (!goesElsewhere() && place.isWaiting() && told.isGreeted()) {
            waitsAt(homes.goHome());
        }
    }

    private boolean waitsAt(@Nullable KeyedPool next) {
        PooledConnection free = next == null ? null : place.move(next);
        if (free != null) {
            home.loop().execute(() -> served(free));
        }
        return next != null;
    }

    /** A connection for a session that waits. */
    void served(PooledConnection free) {
        place.left(told.isGreeted());
        if (end.isOver() || attachment.connection() != null) {
            free.use(this);
            free.leave();
            return;
        }
        attach(free);
        if (relocation.isUnderWay()) {
            relocation.arrived(free);
            return;
        }
        if (!told.isGreeted()) {
            greet();
        }
        goOn();
        flush();
        sink.receiveComplete();
    }

    private void attach(PooledConnection free) {
        attachment.attach(free);
        if (told.isGreeted() && !free.isSettling()) {
            tellSettings();
        }
    }

    /** Whether nothing has been asked for the client there. */
    boolean isFirstOnConnection() {
        return attachment.isFresh();
    }

    /** Nobody gets a connection for it. */
    void refused(PgError why) {
        place.left(told.isGreeted());
        if (end.isOver()) {
            return;
        }
        if (told.isGreeted() && !relocation.isUnderWay()) {
            messages.refuse(why);
            goOn();
            sink.receiveComplete();
        } else {
            end.fail(why.fatal());
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
        if (end.isOver()) {
            bytes.release();
        } else {
            retrial.answered(bytes, sink);
        }
    }

    void answersComplete() {
        if (!end.isOver()) {
            sink.receiveComplete();
            goOn();
        }
    }

    void goOnSoon() {
        home.loop().execute(this::goOn);
    }

    /** Does what can be done now: sends what had to wait, or gives the connection back, and goes elsewhere. */
    void goOn() {
        goOnHere();
        if (!itinerary.isEmpty() && !end.isOver()) {
            itinerary.goOn();
            backlog.shrunk();
            flush();
        }
    }

    private void goOnHere() {
        if (end.isOver()) {
            return;
        }
        if (end.isTerminating() && attachment.connection() == null) {
            end.bow();
            return;
        }
        if (!end.isTerminating()) {
            messages.goOn(); // behind Terminate nothing counts
        }
        backlog.shrunk();
        PooledConnection mine = attachment.connection();
        if (!end.isOver() && mine != null && end.isCutShort(mine)) {
            end.bow();
            return;
        }
        boolean more = messages.isBatchOpen() && !end.isTerminating();
        if (end.isOver() || mine == null || !mine.isQuiet() || more || isOccupied()) {
            flush();
        } else if (retrial.isHealing()) {
            retrial.heal();
            flush();
        } else {
            allAnswered(mine);
        }
    }

    /** Whether something of its own has to come to an end first. */
    private boolean isOccupied() {
        return transactionEnd.isProbing() || relocation.isUnderWay();
    }

    /** Nothing is due: it ends, or its transaction goes on, or is over. */
    private void allAnswered(PooledConnection mine) {
        messages.settled();
        retrial.settled();
        if (end.isTerminating()) {
            end.bow();
        } else if (mine.upstream().status() == TransactionStatus.IDLE) {
            transactionEnd.reached(mine);
        } else {
            if (mode == PoolMode.STATEMENT) {
                end.fail(PoolErrors.NO_BLOCK.fatal());
            }
            flush();
        }
    }

    /** Settings were put there that the session has: the client hears of what it does not know yet. */
    void tellSettings() {
        PooledConnection mine = attachment.connection();
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
        PooledConnection mine = attachment.connection();
        if (mine != null) {
            messages.failed(mine);
        }
    }

    void reopen() {
        messages.reopen();
    }

    void upstreamWritable(boolean writable) {
        if (!end.isOver()) {
            sink.writable(writable && !backlog.isFull());
        }
    }

    /** Its settings cannot be had on the connection it was given: it cannot be the session that the client knows. */
    void restoreFailed(PgError why) {
        if (attachment.connection() != null) {
            attachment.detach();
        }
        end.fail(PoolErrors.notRestored(why));
    }

    /** It ends with an error of the pool's own. */
    void fail(PgError fatal) {
        end.fail(fatal);
    }

    /** What becomes of it if the server ends its connection. */
    ConnectionLoss loss() {
        return loss;
    }

    // --- its end

    /** The client has said that it is the end. */
    void terminated() {
        end.terminated();
    }

    /** It is over: nobody has to serve it any more. */
    void left() {
        place.left(false);
        itinerary.release();
        homes.left();
    }

    @Override
    public void cancel(BackendKeyData key, Runnable done) {
        PooledConnection mine = attachment.connection();
        if (end.isOver() || relocation.isUnderWay()) {
            done.run();
        } else if (place.isWaiting()) {
            place.stopWaiting();
            refused(PoolErrors.CANCELLED);
            done.run();
        } else if (mine == null || !attachment.isClientsRunning()) {
            done.run(); // nothing of the client's runs: a late cancel must not hit what comes next
        } else {
            mine.cancel(done);
        }
    }

    @Override
    public void abandon(BackendKeyData key) {
        close();
    }

    @Override
    public void close() {
        end.abandoned();
    }

    /** Why it keeps its connection; empty if it does not. From any thread. */
    @Override
    public Set<String> pins() {
        return state.pins().stream().map(PinReason::name).collect(Collectors.toUnmodifiableSet());
    }

    /** The process that it has at the other end, 0 if none. From any thread. */
    @Override
    public int upstreamPid() {
        return attachment.pid();
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
