package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.TransactionStatus;

/** Takes an answer of the proxy's own, on the session's event loop. */
interface Reply {
    /** The state of the client's transaction at this turn: what ReadyForQuery must say unless the answer changes it. */
    TransactionStatus status();

    /** Whole backend messages, ReadyForQuery last; owned by the callee. */
    void write(ByteBuf messages);

    /** What was written should leave, although the exchange has not ended. */
    void flush();

    /** ReadyForQuery with this status has been written: the next turn. */
    void end(TransactionStatus status);
}
