package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.frame.Frame;

/**
 * The answer to a statement that is prepared again in front of the client's Bind. An error is the client's: what it
 * sent behind is skipped.
 */
final class HealedParse implements AnswerOwner {
    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (frame.tag() == 'E') {
            upstream.relay(frame.bytes());
        } else {
            frame.release();
        }
    }

    @Override
    public void skipped() {}
}
