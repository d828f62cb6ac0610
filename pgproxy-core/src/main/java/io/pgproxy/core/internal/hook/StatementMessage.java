package io.pgproxy.core.internal.hook;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A message about a statement: an upstream can answer it, and from a recording so can we.
 *
 * @param frame the message
 * @param passesInFailedBlock whether the server answers such a message in a failed block
 * @param known whether its answer is known here
 * @param answers writes the answer
 * @param sends sends it
 * @param skips told that there is no answer
 */
record StatementMessage(
        Frame frame,
        boolean passesInFailedBlock,
        BooleanSupplier known,
        Consumer<AnswerSink> answers,
        Runnable sends,
        Runnable skips)
        implements HeldMessage {
    @Override
    public boolean isOwn() {
        return false;
    }

    @Override
    public boolean isAnswerable() {
        return known.getAsBoolean();
    }

    @Override
    public void answer(AnswerSink out) {
        answers.accept(out);
    }

    @Override
    public void send() {
        sends.run();
    }

    @Override
    public void failed(PgError error) {
        skips.run();
    }

    @Override
    public void skipped() {
        skips.run();
    }
}
