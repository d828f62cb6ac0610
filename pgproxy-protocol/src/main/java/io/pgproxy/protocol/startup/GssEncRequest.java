package io.pgproxy.protocol.startup;

import io.netty.buffer.ByteBuf;

/**
 * Asks for GSSAPI encryption, before anything else; answered by one byte, G or N.
 *
 * <p>See "GSSENCRequest" in the chapter "Message Formats" of the PostgreSQL manual.
 */
public enum GssEncRequest implements StartupPacket {
    /** The only one: it has no content. */
    INSTANCE;

    /** The number in the place of a version. */
    static final int CODE = 80877104;

    @Override
    public void write(ByteBuf out) {
        out.writeInt(StartupDecoder.SHORTEST);
        out.writeInt(CODE);
    }

    @Override
    public String toString() {
        return "GssEncRequest";
    }
}
