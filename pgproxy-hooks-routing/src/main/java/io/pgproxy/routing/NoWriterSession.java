package io.pgproxy.routing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.message.backend.BackendKeyData;

/** A session that is refused, as a server that is starting refuses: nobody takes writes. */
final class NoWriterSession implements BackendSession {
    private static final PgError REFUSAL = PgError.of(
                    SqlState.CANNOT_CONNECT_NOW, "no server accepts writes at the moment")
            .withHint("Try again: another server may be taking over.")
            .fatal();

    private final BackendSink sink;
    private boolean closed;

    private NoWriterSession(BackendSink sink) {
        this.sink = sink;
    }

    static BackendSession open(EventLoop loop, BackendSink sink) {
        NoWriterSession session = new NoWriterSession(sink);
        loop.execute(session::refuse);
        return session;
    }

    private void refuse() {
        if (closed) {
            return;
        }
        ByteBuf message = Unpooled.buffer();
        REFUSAL.writeError(message);
        sink.received(message);
        sink.receiveComplete();
        if (!closed) {
            closed = true;
            sink.closed(REFUSAL);
        }
    }

    @Override
    public void send(ByteBuf messages) {
        messages.release();
    }

    @Override
    public void flush() {
        // nobody is there
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void reading(boolean on) {
        // one message comes, wanted or not
    }

    @Override
    public void cancel(BackendKeyData key, Runnable done) {
        done.run();
    }

    @Override
    public void close() {
        closed = true;
    }
}
