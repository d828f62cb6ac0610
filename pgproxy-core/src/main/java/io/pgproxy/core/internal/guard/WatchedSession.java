package io.pgproxy.core.internal.guard;

import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.core.internal.session.Session;
import io.pgproxy.core.internal.session.SessionGuard;
import io.pgproxy.core.internal.session.Steering;
import java.util.Locale;

/** A session without hooks whose results are limited or counted. Everybody may have one. */
public final class WatchedSession implements SessionGuard {
    private final Session session;
    private final Governor governor;
    private boolean standardConformingStrings = true;

    /**
     * A guard that lets everybody in.
     *
     * @param session whose
     * @param governor the limits, and who measures
     */
    public WatchedSession(Session session, Governor governor) {
        this.session = session;
        this.governor = governor;
    }

    @Override
    public void reported(String name, String value) {
        if (name.toLowerCase(Locale.ROOT).equals("standard_conforming_strings")) {
            standardConformingStrings = value.equals("on");
        }
    }

    @Override
    public boolean cutsMessages() {
        return false;
    }

    boolean standardConformingStrings() {
        return standardConformingStrings;
    }

    @Override
    public Steering steer(ServingPhase serving) {
        return new WatchSteering(this, session, serving, governor);
    }
}
