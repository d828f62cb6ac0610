package io.pgproxy.core.internal.hook;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import java.util.function.Consumer;

/**
 * A message about a portal that no upstream knows.
 *
 * @param frame the message
 * @param passesInFailedBlock whether the server answers such a message in a failed block
 * @param answers writes the answer
 * @param fails told of the error that is the answer
 * @param skips told that there is none
 */
record OwnMessage(
        Frame frame, boolean passesInFailedBlock, Consumer<AnswerSink> answers, Consumer<PgError> fails, Runnable skips)
        implements HeldMessage {
    @Override
    public boolean isOwn() {
        return true;
    }

    @Override
    public boolean isAnswerable() {
        return true;
    }

    @Override
    public void answer(AnswerSink out) {
        answers.accept(out);
    }

    @Override
    public void send() {
        throw new IllegalStateException("no upstream knows it");
    }

    @Override
    public void failed(PgError error) {
        fails.accept(error);
    }

    @Override
    public void skipped() {
        skips.run();
    }
}
