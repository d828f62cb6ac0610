package io.pgproxy.core.internal.session;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.auth.ClientAuthentication;
import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.tls.ListenerTls;
import io.pgproxy.protocol.PgError;
import org.jspecify.annotations.Nullable;

/** What the sessions of one server share. Thread-safe. */
public interface SessionContext {
    /** Where sessions go. */
    Backend backend();

    /** Limits, and who measures. */
    Governor governor();

    /** Who may cancel what. */
    CancelRegistry cancels();

    /** Who finds out who clients are; null where that is the upstream's business. */
    @Nullable
    ClientAuthentication authentication();

    /** How clients may encrypt; null if they cannot. */
    @Nullable
    ListenerTls tls();

    /** Decides about messages. */
    SteeringFactory steering();

    /** The name of a portal that no client can have made: 128 random bits, made anew by each server. */
    String impossiblePortal();

    /** A session begins to log in, its start-up packet read: the refusal when there are too many, or null. */
    @Nullable
    PgError admitted(Session session);

    /**
     * A session has logged in, and is about to be told so: the refusal when its user or database has too many, or null.
     */
    @Nullable
    PgError authenticated(Session session);

    /** A session no longer counts among those in login. */
    void loginOver(Session session);

    /** A session has ended. */
    void ended(Session session);
}
