package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.protocol.PgError;

/**
 * How a session ends: by Terminate, once what was asked before is answered; by an error of the pool's own; with its
 * connection; or because its client is gone. Its connection goes back to the pool if that can be sure of it.
 */
final class SessionEnd {
    private final VirtualSession session;
    private final KeyedPool home;
    private final BackendSink sink;
    private final ClientState state;
    private final ClientMessages messages;
    private final Attachment attachment;
    private final TransactionEnd transactionEnd;
    private boolean terminating;
    private boolean over;

    SessionEnd(
            VirtualSession session,
            KeyedPool home,
            BackendSink sink,
            ClientState state,
            ClientMessages messages,
            Attachment attachment,
            TransactionEnd transactionEnd) {
        this.session = session;
        this.home = home;
        this.sink = sink;
        this.state = state;
        this.messages = messages;
        this.attachment = attachment;
        this.transactionEnd = transactionEnd;
    }

    /** Whether the client has said that it is the end. */
    boolean isTerminating() {
        return terminating;
    }

    boolean isOver() {
        return over;
    }

    /** The client has said that it is the end: what it has asked before is still answered. */
    void terminated() {
        terminating = true;
        home.loop().execute(this::leaveInOrder); // nothing may be due whose end would be heard of
    }

    /** What a batch has asked is answered, but never committed. */
    private void leaveInOrder() {
        PooledConnection mine = attachment.connection();
        if (mine != null && messages.isBatchOpen()) {
            mine.upstream().send(Prelude.flush());
        }
        session.goOn();
    }

    /** Whether Terminate stands where more was to come: behind whatever was asked before, nothing will be answered. */
    boolean isCutShort(PooledConnection mine) {
        ExpectedAnswers due = mine.upstream().expected();
        return terminating && (due.isCopyingIn() || (messages.isBatchOpen() && due.isOneExchange()));
    }

    /** It is the end: nothing is due, or nothing that would end without the client. */
    void bow() {
        end();
        home.loop().execute(() -> sink.closed(PoolErrors.ENDED));
    }

    /** Ends the session with an error of our own. */
    void fail(PgError fatal) {
        end();
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
        fatal.writeError(bytes);
        sink.received(bytes);
        sink.receiveComplete();
        home.loop().execute(() -> sink.closed(fatal));
    }

    /** The client is gone. */
    void abandoned() {
        if (!over) {
            end();
        }
    }

    /** Its connection is gone, and it ends with that. */
    void lost(PgError reason) {
        if (!over) {
            over();
            sink.closed(reason);
        }
    }

    private void end() {
        PooledConnection mine = attachment.connection();
        if (mine != null) {
            boolean clean = !messages.isBatchOpen() && (terminating || mine.isQuiet() || mine.isForPool());
            if (state.hasLeftThings() || transactionEnd.isProbing()) { // what is being asked for would stay
                mine.needsFullReset();
            }
            attachment.detach();
            if (clean && !mine.upstream().expected().isCopyingIn()) {
                mine.leave();
            } else {
                mine.destroy();
            }
        }
        over();
    }

    private void over() {
        if (!over) {
            over = true;
            messages.release();
            session.left();
        }
    }
}
