package io.pgproxy.core.internal.guard;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;

/**
 * Sees the answers to Sync: one for all of a session. Where a result of the batch was cut off after all of it had
 * succeeded, a block would go on as if nothing had happened: it is made to fail.
 */
final class SyncAnswer implements AnswerOwner {
    private final WatchedAnswers answers;
    private boolean passedOn;

    SyncAnswer(WatchedAnswers answers) {
        this.answers = answers;
    }

    @Override
    public Interest interest() {
        return answers.isSwallowing() ? Upstream.SWALLOWED : Upstream.WATCHED;
    }

    @Override
    public boolean relays() {
        return !answers.isSwallowing();
    }

    @Override
    public void begins(Upstream upstream) {
        passedOn = false;
    }

    @Override
    public void noted(byte tag, Upstream upstream) {
        if (tag == 'Z') {
            answers.batchOver();
        }
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (frame.tag() == 'E') {
            if (answers.isSwallowing()) {
                frame.release();
                return;
            }
            answers.told(Errors.of(frame), 0); // deferred constraints
        } else if (frame.tag() == 'Z') {
            boolean cut = answers.isSwallowing();
            answers.batchOver();
            boolean inBlock = TransactionStatus.of(frame.body().getByte(0)) == TransactionStatus.IN_TRANSACTION;
            if (cut && inBlock && upstream.expected().size() == 1) {
                frame.release();
                passedOn = true;
                answers.serving().failBlock(upstream); // its ReadyForQuery takes this one's place
                return;
            }
        }
        upstream.relay(frame.bytes());
    }

    @Override
    public void ended(PgError error) {
        answers.told(error, 0);
    }

    @Override
    public boolean standsForClients() {
        return !passedOn;
    }

    @Override
    public void skipped() {}
}
