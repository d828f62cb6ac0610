package io.pgproxy.audit;

import java.time.Instant;

/**
 * A session has begun or ended. It begins when its client is authenticated; clients that fail before have no record.
 *
 * @param when when it happened
 * @param session the session
 * @param event which of the two
 */
public record SessionRecord(Instant when, AuditedSession session, Event event) implements AuditRecord {
    /** What has happened to a session. */
    public enum Event {
        /** Its client is authenticated. */
        BEGUN,
        /** It is over, however it ended. */
        ENDED
    }

    /** {@return the session's number and what happened} */
    @Override
    public String toString() {
        return session + " " + event;
    }
}
