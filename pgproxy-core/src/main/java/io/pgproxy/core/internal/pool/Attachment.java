package io.pgproxy.core.internal.pool;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import org.jspecify.annotations.Nullable;

/** The connection that a session has at the moment, if any. */
final class Attachment {
    private final VirtualSession session;
    private final ClientState state;
    private volatile @Nullable PooledConnection connection;
    private long attachedAt;
    private boolean wantsBytes = true;

    Attachment(VirtualSession session, ClientState state) {
        this.session = session;
        this.state = state;
    }

    /** From any thread. */
    @Nullable
    PooledConnection connection() {
        return connection;
    }

    /** From here on the session has it; what the session wants to be set there is on its way. */
    void attach(PooledConnection free) {
        connection = free;
        free.use(session);
        free.upstream().reading(wantsBytes);
        attachedAt = free.upstream().position();
        free.settle(state.settings());
        if (state.isRecalling()) {
            free.forgetSequences();
        }
    }

    /** The session has none any more. */
    void detach() {
        connection = null;
        state.unpin();
    }

    /** Whether nothing has been asked for the client there. */
    boolean isFresh() {
        PooledConnection mine = connection;
        return mine != null
                && mine.upstream().position() == attachedAt
                && mine.upstream().expected().isEmpty();
    }

    /** Whether an answer to something of the client's may be running there. */
    boolean isClientsRunning() {
        PooledConnection mine = connection;
        if (mine == null) {
            return false;
        }
        ExpectedAnswers due = mine.upstream().expected();
        AnswerOwner owner = due.owner();
        return !due.isEmpty() && (owner == null || owner.relays() || owner.standsForClients());
    }

    /** Whether answers are due. */
    boolean isAwaitingAnswers() {
        PooledConnection mine = connection;
        return mine != null && !mine.upstream().expected().isEmpty();
    }

    void flush() {
        PooledConnection mine = connection;
        if (mine != null) {
            mine.upstream().flush();
        }
    }

    boolean isWritable() {
        PooledConnection mine = connection;
        return mine == null || mine.upstream().isWritable();
    }

    /** Whether the client wants answers now, from this connection and those it will have. */
    void reading(boolean on) {
        wantsBytes = on;
        PooledConnection mine = connection;
        if (mine != null) {
            mine.upstream().reading(on);
        }
    }

    /** The server's process, 0 if none. From any thread. */
    int pid() {
        PooledConnection mine = connection;
        return mine == null ? 0 : mine.pid();
    }
}
