package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;

/** Takes answers that are made here, in their order. */
interface AnswerSink {
    /** Where messages are written to; asked for anew by each answer. */
    ByteBuf room();
}
