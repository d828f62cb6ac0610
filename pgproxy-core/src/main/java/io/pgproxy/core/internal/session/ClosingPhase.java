package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.PgError;

/** Everything has been said: the rest of what is written leaves, then the socket closes. */
final class ClosingPhase implements Phase {
    @Override
    public void received(ByteBuf bytes) {
        bytes.release();
    }

    @Override
    public void clientGone() {}

    @Override
    public void drain() {}

    @Override
    public void abort(PgError reason) {}
}
