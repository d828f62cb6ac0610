package io.pgproxy.protocol.message.frontend;

import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.ProtocolException;

/** What a name in Describe or Close is a name of. */
public enum Target {
    /** A prepared statement. */
    STATEMENT('S'),
    /** A portal. */
    PORTAL('P');

    private final byte code;

    Target(char code) {
        this.code = (byte) code;
    }

    /**
     * The byte that stands for it on the wire.
     *
     * @return {@code S} or {@code P}
     */
    public byte code() {
        return code;
    }

    static Target read(BodyReader body) {
        return switch (body.int8()) {
            case 'S' -> STATEMENT;
            case 'P' -> PORTAL;
            default -> throw new ProtocolException("neither a statement nor a portal is named");
        };
    }
}
