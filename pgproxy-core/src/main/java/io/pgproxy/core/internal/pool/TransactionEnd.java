package io.pgproxy.core.internal.pool;

import io.pgproxy.pool.PoolMode;

/**
 * What is done when a transaction is over: the server is asked what it has left, unless its texts tell; then the
 * connection goes back, unless something keeps it.
 */
final class TransactionEnd {
    private final VirtualSession session;
    private final KeyedPool home;
    private final PoolMode mode;
    private final ClientState state;
    private final ClientMessages messages;
    private final Attachment attachment;
    private boolean probing;

    TransactionEnd(
            VirtualSession session, KeyedPool home, ClientState state, ClientMessages messages, Attachment attachment) {
        this.session = session;
        this.home = home;
        this.mode = home.settings().mode();
        this.state = state;
        this.messages = messages;
        this.attachment = attachment;
    }

    /** Whether the server is being asked: until it has answered, nobody knows what the session is. */
    boolean isProbing() {
        return probing;
    }

    /** The answer is not waited for any more. */
    void forgetProbe() {
        probing = false;
    }

    /** All is answered, and no block is open. */
    void reached(PooledConnection mine) {
        messages.transactionOver();
        if (mode == PoolMode.SESSION) {
            attachment.flush();
            return;
        }
        if (asks(mine, session::goOn)) {
            return;
        }
        if (!state.isPinned() && !messages.isWaiting()) {
            attachment.detach();
            mine.leave();
        } else {
            attachment.flush();
        }
    }

    /**
     * Asks the server what a transaction that is over has left, if its texts do not tell.
     *
     * @param then called when it is known
     * @return false if it is known already
     */
    boolean asks(PooledConnection mine, Runnable then) {
        SessionProbe probe = state.transactionOver(mine);
        if (probe == null) {
            return false;
        }
        probing = true;
        mine.query(probe.sql(), new OwnQuery(answer -> home.loop().execute(() -> probed(probe, answer, mine, then))));
        attachment.flush();
        return true;
    }

    private void probed(SessionProbe probe, OwnQuery answer, PooledConnection asked, Runnable then) {
        probing = false;
        if (attachment.connection() != asked) {
            return;
        }
        if (answer.error() == null && probe.fits(answer.rows())) {
            state.probed(probe, answer, asked);
        } else {
            asked.needsFullReset();
            state.pin(PinReason.UNTRACKED); // what the session has is not known: it stays where it is
        }
        then.run();
    }
}
