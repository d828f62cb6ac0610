package io.pgproxy.core.internal.pool;

import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection's way from a client back to the pool: once nothing is due there, it is cleaned of what the client has
 * left. One that nobody can be sure of is closed instead.
 */
final class Leaving {
    private static final long LONGEST_CLEANING_SECONDS = 10;

    private final PooledConnection connection;
    private final KeyedPool home;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean waiting;
    private boolean fullReset;
    private boolean tainted;

    Leaving(PooledConnection connection, KeyedPool home) {
        this.connection = connection;
        this.home = home;
    }

    /** Nobody is to have it behind the one who has it. */
    void taint() {
        tainted = true;
    }

    /** Anything may have changed there. */
    void needsFullReset() {
        fullReset = true;
    }

    /** Its client does not need it any more. */
    void begin() {
        waiting = true;
        goOn();
    }

    /** Something has been answered that was due: cleans it, if that was what this waited for. */
    void goOn() {
        if (!waiting || !connection.isQuiet()) {
            return;
        }
        waiting = false;
        boolean forSession = home.isForSessions();
        if (tainted) {
            connection.destroy();
            return;
        }
        String sql = Cleaning.sql(
                connection.upstream().status(),
                fullReset || forSession,
                forSession,
                connection.settings().urgent());
        if (sql == null) {
            connection.back();
            return;
        }
        deadline = home.loop().schedule(connection::destroy, LONGEST_CLEANING_SECONDS, TimeUnit.SECONDS);
        if (fullReset) {
            home.counts().resets.increment();
        }
        connection.query(sql, new OwnQuery(answer -> home.loop().execute(() -> cleaned(answer))));
        connection.upstream().flush();
    }

    private void cleaned(OwnQuery answer) {
        if (!connection.isLeaving()) {
            return;
        }
        stopDeadline();
        boolean whole = fullReset || home.isForSessions();
        HeldStatements held = connection.held();
        if (home.isForSessions()) {
            held.clear();
        }
        if (!answer.succeeded() || (whole && !Cleaning.holdsOnly(held.names(), answer.rows()))) {
            connection.destroy();
            return;
        }
        connection.settings().cleaned(whole);
        fullReset = false;
        connection.back();
    }

    /** The connection is closed: it need not be cleaned any more. */
    void stopDeadline() {
        ScheduledFuture<?> timer = deadline;
        if (timer != null) {
            deadline = null;
            timer.cancel(false);
        }
    }
}
