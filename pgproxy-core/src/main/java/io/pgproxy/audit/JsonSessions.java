package io.pgproxy.audit;

import org.jspecify.annotations.Nullable;

/** The members that tell whose a record is; the same again and again, so some of them are remembered. */
final class JsonSessions {
    private static final int REMEMBERED = 256;

    private final @Nullable AuditedSession[] sessions = new AuditedSession[REMEMBERED];
    private final byte[][] members = new byte[REMEMBERED][];

    void write(AuditedSession session, JsonBytes to) {
        int slot = (int) (session.id() & (REMEMBERED - 1));
        AuditedSession known = sessions[slot];
        if (known == null || !known.equals(session)) {
            sessions[slot] = session;
            members[slot] = rendered(session);
        }
        to.raw(members[slot]);
    }

    private static byte[] rendered(AuditedSession session) {
        return new JsonBytes()
                .plain(",\"session\":")
                .number(session.id())
                .plain(",\"user\":")
                .string(session.user())
                .plain(",\"database\":")
                .string(session.database())
                .plain(",\"client\":")
                .string(session.client())
                .toArray();
    }
}
