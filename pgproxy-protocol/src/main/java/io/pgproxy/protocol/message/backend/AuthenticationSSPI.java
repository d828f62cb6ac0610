package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.MessageWriter;

/**
 * Asks to begin SSPI authentication.
 *
 * <p>See "AuthenticationSSPI" in the chapter "Message Formats" of the PostgreSQL manual.
 */
public enum AuthenticationSSPI implements Authentication {
    /** The only one: it has no content. */
    INSTANCE;

    static final int CODE = 9;

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> body.writeInt(CODE));
    }

    @Override
    public String toString() {
        return "AuthenticationSSPI";
    }
}
