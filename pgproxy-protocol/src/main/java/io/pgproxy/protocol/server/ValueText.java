package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.SqlState;

/**
 * Values between their binary format and the text that PostgreSQL prints for them.
 *
 * <p>For bool, "char", int2, int4, int8, oid, float4, float8, numeric, text, varchar, bpchar, name, refcursor, unknown,
 * json, jsonb, xml, bytea, uuid, date, time, timestamp and timestamptz. The text is that of the settings DateStyle ISO,
 * TimeZone UTC, bytea_output hex, extra_float_digits 1; those of a session change nothing here. See the type's output
 * and send functions in the server's source, src/backend/utils/adt, and "Data Types" in the PostgreSQL manual.
 */
public final class ValueText {
    private ValueText() {}

    /**
     * The text of a binary value.
     *
     * @param typeOid the type's OID
     * @param value exactly the value; it is read to its end and not released
     * @return the text
     * @throws PgErrorException if it is no value of its type (22P03), or the type cannot be read here (0A000)
     */
    public static String read(int typeOid, ByteBuf value) {
        String text;
        try {
            text = BinaryToText.read(typeOid, value);
        } catch (IndexOutOfBoundsException cause) {
            throw invalidBinary(typeOid);
        }
        if (value.isReadable()) {
            throw invalidBinary(typeOid);
        }
        return text;
    }

    /**
     * Writes the binary value of a text, without a length.
     *
     * <p>What the server would print is understood, and the usual other spellings: not each input that the server
     * takes. A timestamptz has to name its offset from UTC.
     *
     * @param out where to write; if this throws, what was written before is to be taken back
     * @param typeOid the type's OID
     * @param text the text
     * @throws PgErrorException if the text is no value of the type (22P02, 22003, 22008, 22021), or the type cannot be
     *     written here (0A000)
     */
    public static void write(ByteBuf out, int typeOid, String text) {
        TextToBinary.write(out, typeOid, text);
    }

    static PgErrorException invalidBinary(int typeOid) {
        return new PgErrorException(
                SqlState.INVALID_BINARY_REPRESENTATION,
                "incorrect binary data in a value of type " + Integer.toUnsignedString(typeOid));
    }
}
