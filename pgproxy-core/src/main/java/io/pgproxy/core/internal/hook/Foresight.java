package io.pgproxy.core.internal.hook;

import io.pgproxy.protocol.TransactionStatus;

/** What the messages of a session that were sent will have done, if all of them succeed. */
final class Foresight {
    private TransactionStatus transaction;
    private boolean wrote;

    /** Something was sent that the wire says nothing of. */
    private boolean fenced;

    private long fencedIn;
    private long unseenIn;
    private boolean unseenInBlock;

    Foresight(TransactionStatus transaction) {
        this.transaction = transaction;
    }

    /** The state of the transaction. */
    TransactionStatus transaction() {
        return transaction;
    }

    /** Whether something may have written, in the transaction or in an exchange still in flight. */
    boolean wrote() {
        return wrote;
    }

    /** An exchange begins, and everything before it was answered. */
    void begin(TransactionStatus actual) {
        transaction = actual;
        fenced = false;
        if (actual == TransactionStatus.IDLE) {
            wrote = false;
            unseenInBlock = false;
        }
    }

    /** Everything sent was answered. */
    void settled() {
        fenced = false;
    }

    /** A message was refused. */
    void refused() {
        if (transaction != TransactionStatus.IDLE) {
            transaction = TransactionStatus.FAILED;
        }
    }

    /** Something is about to be sent: what comes behind it finds what it will have done. */
    void willRun(Effects effects, long exchange) {
        transaction = effects.after(transaction);
        wrote |= effects.mayWrite();
        runs(effects, exchange);
    }

    /** What is sent behind cannot know what it has done. */
    void runs(Effects effects, long exchange) {
        // Portals may run later than they were bound, and the query of a cursor WITH HOLD runs when its block ends.
        if (effects.isUnseen() || (unseenInBlock && effects.endsBlock())) {
            unseenInBlock = true;
            fenced = true;
            fencedIn = exchange;
            unseenIn = exchange;
        }
    }

    /** Whether a message has to wait: how SQL is read may have changed, or what a new transaction may do. */
    boolean isFenced(byte tag, long exchange) {
        return fenced && (tag == 'Q' || tag == 'P' || exchange != fencedIn);
    }

    /**
     * Whether a text is behind something unseen in its own batch: what changes there is reported at the batch's end,
     * too late for what is read in it. Told once.
     */
    boolean takeUnseen(byte tag, long exchange) {
        boolean behind = (tag == 'P' || tag == 'Q') && unseenIn == exchange;
        if (behind) {
            unseenIn = 0;
        }
        return behind;
    }
}
