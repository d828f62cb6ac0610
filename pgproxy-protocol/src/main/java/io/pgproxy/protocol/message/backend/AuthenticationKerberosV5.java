package io.pgproxy.protocol.message.backend;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.MessageWriter;

/**
 * Asks for Kerberos V5, which no server does any more.
 *
 * <p>See "AuthenticationKerberosV5" in the chapter "Message Formats" of the PostgreSQL manual.
 */
public enum AuthenticationKerberosV5 implements Authentication {
    /** The only one: it has no content. */
    INSTANCE;

    static final int CODE = 2;

    @Override
    public void write(ByteBuf out) {
        MessageWriter.write(out, tag().code(), body -> body.writeInt(CODE));
    }

    @Override
    public String toString() {
        return "AuthenticationKerberosV5";
    }
}
