package io.pgproxy.flight;

import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import java.util.IdentityHashMap;

/**
 * Events for the JDK's Flight Recorder: {@code io.pgproxy.Query} for each execution, from its admission to its outcome,
 * and {@code io.pgproxy.Session} for each session, from its login to its end. Register it first, so that the time that
 * other hooks take is in the former; what they refuse before it is asked is an event without a length.
 *
 * <p>An event has names, numbers and the fingerprint of the statement, never a text, a parameter or a value. While no
 * recording wants an event, asking for it is all that is done, and nothing is allocated. What is under way when a
 * recording begins is an event without a length, too. Any thread.
 */
public final class FlightRecording implements SessionHook, AdmitHook, ObserveHook {
    private static final int FEW = 4;

    private final Attribute<SessionEvent> sessions = Attribute.named("flight recording of the session");
    private final Attribute<IdentityHashMap<Execution, QueryEvent>> underWay =
            Attribute.named("flight recordings under way");

    /** One hook serves all sessions and all recordings. */
    public FlightRecording() {}

    @Override
    public Verdict<Terms> authenticated(Session session) {
        if (SessionEvent.isWanted()) {
            session.set(sessions, SessionEvent.begun());
        }
        return Verdict.proceed();
    }

    @Override
    public Verdict<Terms> admit(Execution execution) {
        if (QueryEvent.isWanted()) {
            underWay(execution.session()).put(execution, QueryEvent.begun());
        }
        return Verdict.proceed();
    }

    private IdentityHashMap<Execution, QueryEvent> underWay(Session session) {
        IdentityHashMap<Execution, QueryEvent> known = session.get(underWay);
        if (known == null) {
            known = new IdentityHashMap<>(FEW);
            session.set(underWay, known);
        }
        return known;
    }

    @Override
    public void completed(Execution execution, Outcome outcome) {
        IdentityHashMap<Execution, QueryEvent> known = execution.session().get(underWay);
        QueryEvent begun = known == null ? null : known.remove(execution);
        if (begun != null) {
            begun.end(execution, outcome);
        } else if (QueryEvent.isWanted()) {
            QueryEvent.begun().end(execution, outcome);
        }
    }

    @Override
    public void closed(Session session) {
        SessionEvent begun = session.get(sessions);
        if (begun != null) {
            begun.end(session);
        }
    }
}
