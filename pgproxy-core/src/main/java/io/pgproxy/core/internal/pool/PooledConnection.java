package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ScheduledFuture;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.core.internal.session.UpstreamListener;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.startup.StartupMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the upstream that clients share: what is known of its session, and who has it.
 *
 * <p>It is opened, then in turn idle, used and cleaned, and closed at last. All calls on its event loop.
 */
final class PooledConnection implements UpstreamListener {
    private static final PgError TOO_SLOW =
            PgError.of("08001", "the upstream server did not answer within the pool's connect time-out");
    private static final PgError UNCLEAN = PgError.of("57P01", "the connection could not be cleaned");
    private static final long LONGEST_CLEANING_SECONDS = 10;

    private enum State {
        OPENING,
        IDLE,
        USED,
        CLEANING,
        CLOSED
    }

    private final KeyedPool home;
    private final int generation;
    private final long retiresAt;
    private final ConnectionLogin login;
    private final Upstream upstream;
    private final HeldStatements held;
    private final SettingsThere settings;
    private Map<String, String> reported = Map.of();
    private int pid;
    private State state = State.OPENING;
    private @Nullable VirtualSession user;
    private @Nullable VirtualSession lastUser;
    private @Nullable ScheduledFuture<?> deadline;
    private long idleSince;
    private int cancels;
    private boolean settling;
    private boolean leaving;
    private boolean fullReset;
    private boolean tainted;
    private boolean sequencesOfOthers;

    PooledConnection(KeyedPool home, String applicationName, int generation, long retiresAt) {
        this.home = home;
        this.settings = new SettingsThere(applicationName);
        this.generation = generation;
        this.retiresAt = retiresAt;
        this.login = new ConnectionLogin(this);
        this.upstream = new Upstream(this, login, true, false);
        this.held = new HeldStatements(home.settings().preparedStatements());
    }

    void open(Backend backend, StartupMessage startup, @Nullable Credentials credentials) {
        deadline = home.loop()
                .schedule(
                        () -> loginFailed(TOO_SLOW),
                        home.settings().connectTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        BackendSession session = credentials == null
                ? backend.open(startup, home.loop(), upstream)
                : backend.open(startup, credentials, home.loop(), upstream);
        upstream.opened(session);
    }

    void loggedIn(Map<String, String> parameters, @Nullable BackendKeyData key) {
        stopDeadline();
        reported = home.canonical(parameters);
        pid = key == null ? 0 : key.pid();
        upstream.serve(this, key, TransactionStatus.IDLE);
        upstream.reading(true);
        state = State.IDLE;
        home.opened(this);
    }

    void loginFailed(PgError reason) {
        if (state == State.OPENING) {
            end();
            home.failed(this, reason);
        }
    }

    private void stopDeadline() {
        ScheduledFuture<?> timer = deadline;
        if (timer != null) {
            deadline = null;
            timer.cancel(false);
        }
    }

    HeldStatements held() {
        return held;
    }

    Upstream upstream() {
        return upstream;
    }

    int pid() {
        return pid;
    }

    /** What the server has reported of its settings; an instance that equal ones share. */
    Map<String, String> reported() {
        return reported;
    }

    /** What is set there. */
    SettingsThere settings() {
        return settings;
    }

    /** When it was last given back. */
    long idleSince() {
        return idleSince;
    }

    /** When nobody is to get it any more. */
    long retiresAt() {
        return retiresAt;
    }

    int generation() {
        return generation;
    }

    boolean isIdle() {
        return state == State.IDLE;
    }

    /** Settings are on their way there: behind them nothing may end a block. */
    boolean isSettling() {
        return settling;
    }

    /** Whether sequences may have given values to others there, which its user must not be told. */
    boolean hasSequencesOfOthers() {
        return sequencesOfOthers;
    }

    void sequencesForgotten() {
        sequencesOfOthers = false;
    }

    /** Has the server forget them. */
    void forgetSequences() {
        if (sequencesOfOthers) {
            sequencesOfOthers = false;
            query("DISCARD SEQUENCES", new OwnQuery(answer -> {}));
        }
    }

    /** Behind this nobody but its user may have it, and nobody at all afterwards. */
    void taint() {
        tainted = true;
    }

    /** Anything may have changed there. */
    void needsFullReset() {
        fullReset = true;
    }

    /** Whether nothing is due there, and nothing is half sent. */
    boolean isQuiet() {
        ExpectedAnswers due = upstream.expected();
        return due.isEmpty()
                && !due.isSkipping()
                && due.isExact()
                && !due.isCopyingIn()
                && upstream.isBetweenMessages()
                && cancels == 0;
    }

    /** Whether all that is due there was asked by the pool itself. */
    boolean isForPool() {
        ExpectedAnswers due = upstream.expected();
        return due.owner() instanceof OwnQuery && due.size() == 1 && !due.isSkipping();
    }

    /** Whether a cancel is on its way. */
    boolean isBeingCancelled() {
        return cancels > 0;
    }

    /** Gives it to a client. */
    void use(VirtualSession session) {
        state = State.USED;
        user = session;
        sequencesOfOthers |= lastUser != null && lastUser != session;
    }

    /** Brings what the client wants to be set, in front of what it sends. */
    void settle(Map<String, String> wanted) {
        String sql = settings.settle(wanted);
        if (sql != null) {
            settling = true;
            home.counts().settled.increment();
            query(sql, new OwnQuery(this::settled));
        }
    }

    private void settled(OwnQuery answer) {
        settling = false;
        VirtualSession session = user;
        if (!answer.succeeded()) {
            PgError why = answer.error();
            home.loop().execute(this::destroy); // not within the walk through what was read
            if (session != null) {
                session.restoreFailed(why == null ? UNCLEAN : why);
            }
        } else if (session != null) {
            session.tellSettings();
        }
    }

    /** Sends a Query of the pool's own. The statement without a name does not survive it. */
    void query(String sql, AnswerOwner owner) {
        held.unnamed(null);
        upstream.sentFor(ExpectedAnswers.QUERY, owner);
        upstream.send(PooledStatement.query(sql));
    }

    /** Cancels what runs there; nobody gets it before that can no longer come late. */
    void cancel(Runnable done) {
        cancels++;
        upstream.cancel(() -> {
            cancels--;
            done.run();
            VirtualSession session = user;
            if (session != null) {
                session.goOn();
            } else {
                goOnLeaving();
            }
        });
    }

    /** Its client does not need it any more: it is cleaned of what the client has left there. */
    void leave() {
        lastUser = user;
        user = null;
        state = State.CLEANING;
        leaving = true;
        upstream.reading(true);
        goOnLeaving();
    }

    private void goOnLeaving() {
        if (!leaving || !isQuiet()) {
            return;
        }
        leaving = false;
        boolean forSession = home.isForSessions();
        if (tainted) {
            destroy();
            return;
        }
        String sql = Cleaning.sql(upstream.status(), fullReset || forSession, forSession, settings.urgent());
        if (sql == null) {
            back();
            return;
        }
        deadline = home.loop().schedule(this::destroy, LONGEST_CLEANING_SECONDS, TimeUnit.SECONDS);
        if (fullReset) {
            home.counts().resets.increment();
        }
        query(sql, new OwnQuery(answer -> home.loop().execute(() -> cleaned(answer))));
        upstream.flush();
    }

    private void cleaned(OwnQuery answer) {
        if (state != State.CLEANING) {
            return;
        }
        stopDeadline();
        boolean whole = fullReset || home.isForSessions();
        if (home.isForSessions()) {
            held.clear();
        }
        if (!answer.succeeded() || (whole && !Cleaning.holdsOnly(held.names(), answer.rows()))) {
            destroy();
            return;
        }
        settings.cleaned(whole);
        fullReset = false;
        back();
    }

    private void back() {
        state = State.IDLE;
        idleSince = System.nanoTime();
        home.back(this);
    }

    /** Ends it, and what runs there: nobody can be sure of it any more. */
    void destroy() {
        if (state != State.CLOSED) {
            home.counts().destroyed.increment();
            retire();
        }
    }

    /** Ends it. */
    void retire() {
        if (state != State.CLOSED) {
            end();
            home.gone(this);
        }
    }

    private void end() {
        state = State.CLOSED;
        stopDeadline();
        user = null;
        if (!upstream.expected().isEmpty()) {
            upstream.abandon();
        } else {
            if (pid != 0) {
                upstream.send(Cleaning.terminate());
                upstream.flush();
            }
            upstream.close();
        }
    }

    @Override
    public void answered(Upstream from, ByteBuf bytes) {
        VirtualSession session = user;
        if (session == null) {
            bytes.release(); // a notice, or the last words of the server
        } else {
            session.answered(bytes);
        }
    }

    @Override
    public void answersComplete(Upstream from) {
        VirtualSession session = user;
        if (session != null) {
            session.answersComplete();
        } else {
            goOnLeaving();
        }
    }

    @Override
    public void exchangeEnded(Upstream from, TransactionStatus status) {}

    @Override
    public void exchangesMerged(Upstream from, int count) {}

    @Override
    public void syncsVoided(Upstream from, int count, boolean exchangeGoesOn) {
        VirtualSession session = user;
        if (exchangeGoesOn && session != null) {
            session.reopen();
        }
    }

    @Override
    public void settingReported(Upstream from, String name, String value) {
        report(name, value);
        VirtualSession session = user;
        if (session != null) {
            session.told(name, value);
        }
    }

    @Override
    public void settingTaken(Upstream from, String name, String value) {
        report(name, value);
    }

    private void report(String name, String value) {
        Map<String, String> next = new LinkedHashMap<>(reported);
        next.put(name, value);
        reported = home.canonical(next);
    }

    @Override
    public void errorSeen(Upstream from, @Nullable PgError error) {
        VirtualSession session = user;
        if (session != null) {
            session.errorSeen();
        }
    }

    @Override
    public boolean takesFatal(Upstream from, PgError error) {
        VirtualSession session = user;
        return session == null || session.loss().goesElsewhere(error);
    }

    @Override
    public void upstreamWritable(Upstream from, boolean writable) {
        VirtualSession session = user;
        if (session != null) {
            session.upstreamWritable(writable);
        }
    }

    @Override
    public void upstreamClosed(Upstream from, PgError reason) {
        if (state == State.OPENING) {
            loginFailed(reason);
        } else if (state != State.CLOSED) {
            VirtualSession session = user;
            home.counts().destroyed.increment();
            user = null;
            state = State.CLOSED;
            stopDeadline();
            upstream.close();
            home.gone(this);
            if (session != null) {
                session.loss().lost(reason);
            }
        }
    }

    /** Tells the server's process and what it does. */
    @Override
    public String toString() {
        return "PooledConnection[" + pid + ", " + state + "]";
    }
}
