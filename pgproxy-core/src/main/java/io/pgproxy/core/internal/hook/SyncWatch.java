package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;

/**
 * Sees the answer to Sync. A transaction may fail there, at deferred constraints. And where a result of the batch was
 * cut off after all of it had succeeded, a block would go on as if nothing had happened: it is made to fail.
 */
final class SyncWatch extends Watch {
    private final HookSteering steering;
    private boolean passedOn;

    SyncWatch(HookSession session, HookSteering steering) {
        super(session);
        this.steering = steering;
    }

    @Override
    public Interest interest() {
        return relays() ? Upstream.WATCHED : Interest.everything();
    }

    @Override
    public boolean relays() {
        return !steering.cuts().isInBatch();
    }

    /** It may serve many exchanges: that at hand is the only one that it can know of. */
    @Override
    long exchangeBegan() {
        return steering.session().exchangeBegan();
    }

    @Override
    public boolean standsForClients() {
        return !passedOn;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (frame.tag() == 'E') {
            steering.session().told(error(frame), exchangeBegan());
            steering.statementFailed();
        }
        if (frame.tag() == 'Z' && steering.cuts().isInBatch()) {
            steering.cuts().batchOver();
            boolean inBlock = TransactionStatus.of(frame.body().getByte(0)) == TransactionStatus.IN_TRANSACTION;
            if (inBlock && upstream.expected().size() == 1) {
                frame.release();
                passedOn = true;
                steering.cuts().failBlock(upstream); // its ReadyForQuery takes this one's place
                return;
            }
        }
        upstream.relay(frame.bytes());
    }

    @Override
    void failed(PgError error) {}

    @Override
    void unanswered() {}
}
