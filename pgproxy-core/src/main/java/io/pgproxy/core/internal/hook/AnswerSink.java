package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;

/** Takes answers that are made here, in their order. */
interface AnswerSink {
    /** Where short messages are written to; asked for anew behind each {@link #piece}. */
    ByteBuf room();

    /** Whole messages that are not worth a copy; owned by the callee. */
    void piece(ByteBuf messages);
}
