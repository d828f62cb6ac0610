package io.pgproxy.auth;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.protocol.message.backend.BackendKeyData;

/** Of an upstream that says nothing. */
final class SilentSession implements BackendSession {
    @Override
    public void send(ByteBuf messages) {
        messages.release();
    }

    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void reading(boolean on) {}

    @Override
    public void cancel(BackendKeyData key, Runnable done) {
        done.run();
    }

    @Override
    public void close() {}
}
