package io.pgproxy.core.internal.pool;

import io.netty.util.concurrent.ScheduledFuture;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.Upstream;
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
final class PooledConnection {
    private static final PgError TOO_SLOW =
            PgError.of("08001", "the upstream server did not answer within the pool's connect time-out");
    private static final PgError UNCLEAN = PgError.of("57P01", "the connection could not be cleaned");

    private enum State {
        OPENING,
        IDLE,
        USED,
        LEAVING,
        CLOSED
    }

    private final KeyedPool home;
    private final int generation;
    private final long retiresAt;
    private final ConnectionEvents events;
    private final Upstream upstream;
    private final Leaving leaving;
    private final HeldStatements held;
    private final SettingsThere settings;
    private Map<String, String> reported = Map.of();
    private int pid;
    private State state = State.OPENING;
    private @Nullable VirtualSession user;
    private @Nullable VirtualSession lastUser;
    private @Nullable ScheduledFuture<?> loginDeadline;
    private long idleSince;
    private int cancels;
    private boolean settling;
    private boolean sequencesOfOthers;

    PooledConnection(KeyedPool home, String applicationName, int generation, long retiresAt) {
        this.home = home;
        this.settings = new SettingsThere(applicationName);
        this.generation = generation;
        this.retiresAt = retiresAt;
        this.events = new ConnectionEvents(this);
        this.upstream = new Upstream(events, new ConnectionLogin(this), true, false);
        this.leaving = new Leaving(this, home);
        this.held = new HeldStatements(home.settings().preparedStatements());
    }

    void open(Backend backend, StartupMessage startup, @Nullable Credentials credentials) {
        loginDeadline = home.loop()
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
        stopLoginDeadline();
        reported = home.canonical(parameters);
        pid = key == null ? 0 : key.pid();
        upstream.serve(events, key, TransactionStatus.IDLE);
        upstream.reading(true);
        state = State.IDLE;
        idleSince = System.nanoTime();
        home.opened(this);
    }

    void loginFailed(PgError reason) {
        if (state == State.OPENING) {
            end();
            home.failed(this, reason);
        }
    }

    private void stopLoginDeadline() {
        ScheduledFuture<?> timer = loginDeadline;
        if (timer != null) {
            loginDeadline = null;
            timer.cancel(false);
        }
    }

    /** Where it belongs. */
    KeyedPool home() {
        return home;
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

    /** When it was last given back, or opened. */
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
        leaving.taint();
    }

    /** Anything may have changed there. */
    void needsFullReset() {
        leaving.needsFullReset();
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

    /** The client that has it, if any. */
    @Nullable
    VirtualSession user() {
        return user;
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
        state = State.LEAVING;
        upstream.reading(true);
        leaving.begin();
    }

    boolean isLeaving() {
        return state == State.LEAVING;
    }

    void goOnLeaving() {
        leaving.goOn();
    }

    /** It is clean. */
    void back() {
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
        stopLoginDeadline();
        leaving.stopDeadline();
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

    /** The server has reported a setting. */
    void report(String name, String value) {
        Map<String, String> next = new LinkedHashMap<>(reported);
        next.put(name, value);
        reported = home.canonical(next);
    }

    /** The server has ended it. */
    void lost(PgError reason) {
        if (state == State.OPENING) {
            loginFailed(reason);
        } else if (state != State.CLOSED) {
            VirtualSession session = user;
            home.counts().destroyed.increment();
            user = null;
            state = State.CLOSED;
            leaving.stopDeadline();
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
