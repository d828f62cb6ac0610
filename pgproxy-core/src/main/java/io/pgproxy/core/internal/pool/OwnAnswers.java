package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.ReadyForQuery;

/** What the pool answers to a client by itself, for messages that go to no upstream. */
final class OwnAnswers {
    private final VirtualSession session;

    /** Whether nobody has said yet that the client is to get what was answered. */
    private boolean due;

    OwnAnswers(VirtualSession session) {
        this.session = session;
    }

    /** The session is ready for the next. */
    void ready() {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(6);
        new ReadyForQuery(TransactionStatus.IDLE).write(bytes);
        answer(bytes);
    }

    void error(PgError error) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
        error.writeError(bytes);
        answer(bytes);
    }

    private void answer(ByteBuf bytes) {
        due = true;
        session.answered(bytes);
    }

    /** {@return whether something was answered since this was asked last} */
    boolean takeDue() {
        boolean taken = due;
        due = false;
        return taken;
    }
}
