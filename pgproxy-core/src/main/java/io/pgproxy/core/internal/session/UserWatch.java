package io.pgproxy.core.internal.session;

import io.netty.util.concurrent.ScheduledFuture;
import io.pgproxy.core.internal.auth.ClientAuthentication;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks now and then whether the user of a session would still be let in. On the session's event loop. */
final class UserWatch {
    private static final Logger LOG = LoggerFactory.getLogger(UserWatch.class);
    private static final PgError REVOKED =
            PgError.of(SqlState.ADMIN_SHUTDOWN, "terminating connection because the user is no longer valid");

    private final Session session;
    private final ClientAuthentication authentication;
    private final String user;
    private final String database;
    private @Nullable ScheduledFuture<?> next;
    private boolean over;

    /**
     * A watch.
     *
     * @param user as whom the client has asked to be let in
     * @param database what it has asked for
     */
    UserWatch(Session session, ClientAuthentication authentication, String user, String database) {
        this.session = session;
        this.authentication = authentication;
        this.user = user;
        this.database = database;
    }

    /** Looks again after a while. */
    void start() {
        long nanos = authentication.recheckNanos();
        if (nanos > 0 && !over) {
            next = session.loop().schedule(this::ask, nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** The session has ended. */
    void stop() {
        over = true;
        if (next != null) {
            next.cancel(false);
        }
    }

    private void ask() {
        try {
            authentication
                    .authenticator()
                    .isStillValid(user, database, authentication.workers())
                    .whenComplete((valid, failure) -> session.loop().execute(() -> answered(valid, failure)));
        } catch (RuntimeException e) {
            answered(null, e);
        }
    }

    private void answered(@Nullable Boolean valid, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        if (failure == null && Boolean.FALSE.equals(valid)) {
            session.end(REVOKED);
            return;
        }
        if (failure != null) {
            LOG.warn(
                    "session {}: whether its user is still valid is not known: {}",
                    session.id(),
                    failure.getClass().getName());
        }
        start();
    }
}
