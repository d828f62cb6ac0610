package io.pgproxy.core.internal.guard;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;

/** Sees the answers to Parse, Bind, Describe and Close: one for all of a session. */
final class PartAnswer implements AnswerOwner {
    private final WatchedAnswers answers;

    PartAnswer(WatchedAnswers answers) {
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
    public void answered(Frame frame, Upstream upstream) {
        if (answers.isSwallowing()) {
            frame.release();
            return;
        }
        if (frame.tag() == 'E') {
            PgError error = Errors.of(frame);
            PgError ours = answers.insteadOf(error);
            answers.partFailed(ours == null ? error : ours);
            if (ours != null) {
                frame.release();
                WatchedAnswer.relay(ours, upstream);
                return;
            }
        }
        upstream.relay(frame.bytes());
    }

    @Override
    public void ended(PgError error) {
        answers.partFailed(error);
    }

    @Override
    public boolean standsForClients() {
        return true;
    }

    @Override
    public void skipped() {}
}
