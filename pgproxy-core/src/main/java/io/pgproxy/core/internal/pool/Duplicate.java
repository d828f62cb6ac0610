package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.ErrorResponse;

/**
 * The answer to a Parse whose name the client has given before: an error, but which one the server knows, for the text
 * may be wrong, too. It was sent with a name that stands for the client's.
 *
 * @param sent the name there
 * @param meant the client's
 */
record Duplicate(String sent, String meant) implements AnswerOwner {
    @Override
    public boolean standsForClients() {
        return true;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (frame.tag() != 'E' || !frame.isWhole()) {
            upstream.relay(frame.bytes());
            return;
        }
        PgError error = ErrorResponse.read(frame.body()).error();
        frame.release();
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
        error.with('M', error.message().replace(sent, meant)).writeError(bytes);
        upstream.relay(bytes);
    }

    @Override
    public void skipped() {}
}
