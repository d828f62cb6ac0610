package io.pgproxy.flight;

import io.pgproxy.hook.Session;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One session, from its login to its end. */
@Name("io.pgproxy.Session")
@Label("Session")
@Category("pgproxy")
@Description("One session, from its login to its end")
@StackTrace(false)
final class SessionEvent extends Event {
    /** Asking it makes no garbage. */
    private static final SessionEvent ANY = new SessionEvent();

    @Label("Session")
    long session;

    @Label("User")
    String user = "";

    @Label("Database")
    String database = "";

    /** Whether a recording wants such events. */
    static boolean isWanted() {
        return ANY.isEnabled();
    }

    static SessionEvent begun() {
        SessionEvent event = new SessionEvent();
        event.begin();
        return event;
    }

    void end(Session of) {
        end();
        if (shouldCommit()) {
            session = of.id();
            user = of.user();
            database = of.database();
            commit();
        }
    }
}
