package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.MessageWriter;

/**
 * Asks for the password as it is.
 *
 * <p>See "AuthenticationCleartextPassword" in the chapter "Message Formats" of the PostgreSQL manual.
 */
public enum AuthenticationCleartextPassword implements Authentication {
    /** The only one: it has no content. */
    INSTANCE;

    static final int CODE = 3;

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> body.writeInt(CODE));
    }

    @Override
    public String toString() {
        return "AuthenticationCleartextPassword";
    }
}
