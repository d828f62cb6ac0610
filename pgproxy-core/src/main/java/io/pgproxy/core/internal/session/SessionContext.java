package io.pgproxy.core.internal.session;

import io.pgproxy.core.ServerLimits;
import io.pgproxy.core.backend.Backend;

/** What the sessions of one server share. Thread-safe. */
public interface SessionContext {
    /** Where sessions go. */
    Backend backend();

    /** Limits on logins and sessions. */
    ServerLimits limits();

    /** Who may cancel what. */
    CancelRegistry cancels();

    /** Decides about messages. */
    SteeringFactory steering();

    /** The name of a portal that no client can have made: 128 random bits, made anew by each server. */
    String impossiblePortal();

    /** A session begins to log in, its start-up packet read: false when there are too many. */
    boolean admitted(Session session);

    /** A session no longer counts among those in login. */
    void loginOver(Session session);

    /** A session has ended. */
    void ended(Session session);
}
