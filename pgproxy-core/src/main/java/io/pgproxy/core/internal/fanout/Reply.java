package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import org.jspecify.annotations.Nullable;

/**
 * What the client is told of an exchange once all have answered: the first one's last word, or an error in its place.
 */
final class Reply {
    private final FanOutSession session;
    private final FirstAnswer answer;
    private @Nullable PgError refusal;
    private boolean errorTold;

    Reply(FanOutSession session, FirstAnswer answer) {
        this.session = session;
        this.answer = answer;
    }

    /** The client is told this, unless there is something else already. */
    void refuse(PgError why) {
        if (refusal == null) {
            refusal = why;
        }
    }

    /** The client is told this, whatever was to be said. */
    void refuseInstead(PgError why) {
        refusal = why;
    }

    boolean isRefused() {
        return refusal != null;
    }

    /** What the client is told in the place of the first one's word; null if nothing is. */
    @Nullable
    PgError refusal() {
        return refusal;
    }

    /** What is held back can go: the client may wait for it before it sends more. */
    void passHeld() {
        ByteBuf held = answer.take();
        if (held != null) {
            session.toClient(held);
        }
    }

    /** The error is told ahead of the end, for the client may end a batch only when it has heard of it. */
    void tellError() {
        if (!errorTold) {
            errorTold = true;
            tell();
        }
    }

    private void tell() {
        PgError why = refusal;
        if (why == null) {
            passHeld();
            return;
        }
        answer.drop();
        Verdicts.note(why);
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(256);
        why.writeError(bytes);
        session.toClient(bytes);
    }

    /** All is said. */
    void end(TransactionStatus status) {
        tellError();
        ByteBuf ready = ByteBufAllocator.DEFAULT.buffer(6);
        new ReadyForQuery(status).write(ready);
        session.toClient(ready);
    }

    /** Nobody is told. */
    void release() {
        answer.drop();
    }
}
