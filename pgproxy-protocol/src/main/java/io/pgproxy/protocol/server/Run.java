package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.FrontendTag;

/** An answer that may be too long to be written at once. */
interface Run {
    /** When so many bytes wait in the buffer, it is time to send them. */
    int ENOUGH = 64 * 1024;

    /** The message that is answered. */
    FrontendTag tag();

    /** Writes until the message is answered (true) or enough is written for now (false). */
    boolean advance(ByteBuf out);
}
