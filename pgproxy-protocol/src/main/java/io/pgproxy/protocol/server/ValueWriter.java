package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.MessageWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes a Java value as a column of a row.
 *
 * <p>Null is SQL's null. {@link Bytes} are taken as they are, for whoever has encoded the value already. Else, in text
 * format: {@code byte[]} as bytea in hex, booleans as {@code t} and {@code f}, numbers, dates, times (ISO style, time
 * zone UTC) as the server prints them, and everything else by {@code toString}. In binary format the column's type
 * decides: bool, int2, int4, int8, oid, float4, float8, numeric, text and what is like text, json, jsonb, bytea, uuid,
 * date, time, timestamp, timestamptz. See the type's output and send functions in the server's source,
 * src/backend/utils/adt.
 */
public final class ValueWriter {
    private ValueWriter() {}

    /**
     * Writes the length and the value.
     *
     * @param out where to write
     * @param column tells type and format
     * @param value the value, or null
     * @throws PgErrorException if the value does not fit the type (22003, 42804) or the type has no binary format here
     *     (0A000)
     */
    public static void write(ByteBuf out, Column column, @Nullable Object value) {
        if (value == null || value instanceof Bytes) {
            MessageWriter.writeValue(out, (Bytes) value);
            return;
        }
        int start = out.writerIndex();
        out.writeInt(0);
        if (column.format() == Format.BINARY) {
            BinaryOutput.write(out, column.typeOid(), value);
        } else {
            ByteBufUtil.writeUtf8(out, TextOutput.of(column.typeOid(), value));
        }
        out.setInt(start, out.writerIndex() - start - 4);
    }
}
