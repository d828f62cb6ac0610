package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import java.util.function.Consumer;

/**
 * The answer to a statement that is prepared again, or closed, in front of the client's message. An error is the
 * client's: what it sent behind is skipped.
 */
final class HealedParse implements AnswerOwner {
    private final char last;
    private final Consumer<Upstream> done;
    private final Consumer<PgError> failed;

    private HealedParse(char last, Consumer<Upstream> done, Consumer<PgError> failed) {
        this.last = last;
        this.done = done;
        this.failed = failed;
    }

    /** To a Close and a Parse. */
    static HealedParse parse(Consumer<Upstream> done, Consumer<PgError> failed) {
        return new HealedParse('1', done, failed);
    }

    /** To a Close alone. */
    static HealedParse close(Consumer<Upstream> done) {
        return new HealedParse('3', done, error -> {});
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (frame.tag() == 'E') {
            failed.accept(Watch.error(frame));
            upstream.relay(frame.bytes());
        } else {
            if (frame.tag() == last) {
                done.accept(upstream);
            }
            frame.release();
        }
    }

    @Override
    public void skipped() {}
}
