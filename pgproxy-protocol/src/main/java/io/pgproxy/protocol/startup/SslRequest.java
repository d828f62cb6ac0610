package io.pgproxy.protocol.startup;

import io.netty.buffer.ByteBuf;

/**
 * Asks for TLS, before anything else; answered by one byte, S or N.
 *
 * <p>See "SSLRequest" in the chapter "Message Formats" of the PostgreSQL manual.
 */
public enum SslRequest implements StartupPacket {
    /** The only one: it has no content. */
    INSTANCE;

    /** The number in the place of a version. */
    static final int CODE = 80877103;

    @Override
    public void write(ByteBuf out) {
        out.writeInt(StartupDecoder.SHORTEST);
        out.writeInt(CODE);
    }

    @Override
    public String toString() {
        return "SslRequest";
    }
}
