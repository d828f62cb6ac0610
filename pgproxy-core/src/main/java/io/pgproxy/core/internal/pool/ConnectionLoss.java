package io.pgproxy.core.internal.pool;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;

/**
 * What becomes of a session whose connection the server ends. Between transactions it has no use for it, and goes on
 * without; if nothing of what it has sent was run, it goes on elsewhere; else it ends, too.
 */
final class ConnectionLoss {
    private final VirtualSession session;
    private final ClientState state;
    private final ClientMessages messages;
    private final Retrial retrial;
    private final Attachment attachment;
    private final TransactionEnd transactionEnd;
    private final SessionEnd end;

    ConnectionLoss(
            VirtualSession session,
            ClientState state,
            ClientMessages messages,
            Retrial retrial,
            Attachment attachment,
            TransactionEnd transactionEnd,
            SessionEnd end) {
        this.session = session;
        this.state = state;
        this.messages = messages;
        this.retrial = retrial;
        this.attachment = attachment;
        this.transactionEnd = transactionEnd;
        this.end = end;
    }

    /**
     * The server is about to end a connection, perhaps one that nobody had used for too long, in the very moment when
     * this client got it: then nothing was run, so it can be run elsewhere.
     *
     * @param error the server's last word
     * @return false if the client has to hear of it
     */
    boolean goesElsewhere(PgError error) {
        if (isBetweenTransactions()) {
            return true; // it has no use for the connection; whether it can do without, its end will show
        }
        return !end.isOver() && !end.isTerminating() && retrial.moves(error);
    }

    /** The connection has ended. */
    void lost(PgError reason) {
        PooledConnection mine = attachment.connection();
        if (mine != null && retrial.isMoving()) {
            move(mine);
            return;
        }
        if (mine != null && isBetweenTransactions()) {
            loseBetween();
            return;
        }
        if (mine != null) {
            attachment.detach();
        }
        end.lost(reason);
    }

    /** Nothing of the client's is due, open, or bound to the connection. */
    private boolean isBetweenTransactions() {
        PooledConnection mine = attachment.connection();
        return mine != null
                && !session.isSessionMode()
                && !end.isOver()
                && !session.isRelocating()
                && !state.isPinned()
                && !messages.isBatchOpen()
                && mine.upstream().status() == TransactionStatus.IDLE
                && (mine.isQuiet() || mine.isForPool());
    }

    /** If the server was just being asked what the session has, that is lost; else nothing is. */
    private void loseBetween() {
        attachment.detach();
        if (transactionEnd.isProbing()) {
            end.fail(PoolErrors.LOST.fatal());
        } else if (end.isTerminating()) {
            end.bow();
        } else {
            messages.settled();
            session.goOn();
            attachment.flush();
        }
    }

    private void move(PooledConnection lost) {
        transactionEnd.forgetProbe();
        lost.upstream().skipAll();
        attachment.detach();
        retrial.move();
        attachment.flush();
    }
}
