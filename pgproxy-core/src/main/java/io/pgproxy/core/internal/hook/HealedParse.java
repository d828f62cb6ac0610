package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import java.util.function.Consumer;

/**
 * The answer to a statement that is prepared again in front of the client's Bind. An error is the client's: what it
 * sent behind is skipped.
 */
final class HealedParse implements AnswerOwner {
    private final Consumer<Upstream> done;
    private final Consumer<PgError> failed;

    HealedParse(Consumer<Upstream> done, Consumer<PgError> failed) {
        this.done = done;
        this.failed = failed;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (frame.tag() == 'E') {
            failed.accept(Watch.error(frame));
            upstream.relay(frame.bytes());
        } else {
            if (frame.tag() == '1') {
                done.accept(upstream);
            }
            frame.release();
        }
    }

    @Override
    public void skipped() {}
}
