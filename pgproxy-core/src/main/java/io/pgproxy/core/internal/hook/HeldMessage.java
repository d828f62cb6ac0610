package io.pgproxy.core.internal.hook;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;

/** A message that waits until it is known whether its exchange needs an upstream. */
interface HeldMessage {
    /** The message; owned by whom it is given back to. */
    Frame frame();

    /** Whether no upstream could answer it. */
    boolean isOwn();

    /** Whether it can be answered here, provided that nothing before it was sent. */
    boolean isAnswerable();

    /** Whether the server answers it in a failed block, too. */
    boolean passesInFailedBlock();

    /** Answers it; throws a PgErrorException if the answer is an error. */
    void answer(AnswerSink out);

    /** It goes where its exchange goes. */
    void send();

    /** Its answer was an error. */
    void failed(PgError error);

    /** Something before it has failed. */
    void skipped();
}
