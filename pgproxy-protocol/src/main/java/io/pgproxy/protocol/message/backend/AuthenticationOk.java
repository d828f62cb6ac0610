package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.MessageWriter;

/**
 * Authentication is over: the client is let in.
 *
 * <p>See "AuthenticationOk" in the chapter "Message Formats" of the PostgreSQL manual.
 */
public enum AuthenticationOk implements Authentication {
    /** The only one: it has no content. */
    INSTANCE;

    static final int CODE = 0;

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> body.writeInt(CODE));
    }

    @Override
    public String toString() {
        return "AuthenticationOk";
    }
}
