package io.pgproxy.protocol;

import io.netty.buffer.ByteBuf;

/**
 * How a value stands on the wire.
 *
 * <p>See "Formats and Format Codes" in the PostgreSQL manual.
 */
public enum Format {
    /** As the type's output function prints it; format code 0. */
    TEXT,
    /** As the type's send function gives it, big-endian; format code 1. */
    BINARY;

    /**
     * The format code.
     *
     * @return 0 or 1
     */
    public int code() {
        return this == TEXT ? 0 : 1;
    }

    /**
     * Writes the code as two bytes.
     *
     * @param out where to write
     */
    public void write(ByteBuf out) {
        out.writeShort(code());
    }

    /**
     * Finds the format of a code.
     *
     * @param code as received
     * @return the format
     * @throws ProtocolException (22023, as the server has it) for any code but 0 and 1
     */
    public static Format of(int code) {
        return switch (code) {
            case 0 -> TEXT;
            case 1 -> BINARY;
            default -> throw new ProtocolException("22023", "unsupported format code: " + code);
        };
    }
}
