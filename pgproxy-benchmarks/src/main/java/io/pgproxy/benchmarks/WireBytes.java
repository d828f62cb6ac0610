package io.pgproxy.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.message.backend.DataRow;
import io.pgproxy.protocol.message.backend.RowDescription;
import io.pgproxy.protocol.message.frontend.Bind;
import java.util.List;
import java.util.function.Consumer;

/** Typical messages, and the buffers that they are read from: direct ones, as sockets fill them. */
final class WireBytes {
    static final RowDescription COLUMNS = new RowDescription(
            List.of(Column.int4("id"), Column.text("name"), Column.timestamptz("created"), Column.numeric("total")));

    /** Four values, 66 bytes with the header. */
    static final DataRow ROW = new DataRow(
            List.of(Bytes.of("1042"), Bytes.of("Ada Lovelace"), Bytes.of("2026-03-01 12:00:00+00"), Bytes.of("19.90")));

    static final Bind BIND = new Bind(
            "",
            "S_1",
            List.of(Format.TEXT),
            List.of(Bytes.of("1042"), Bytes.of("Ada Lovelace"), Bytes.of("19.90")),
            List.of(Format.BINARY));

    private WireBytes() {}

    /** What {@code writer} writes, that many times; the caller never releases it. */
    static ByteBuf repeated(int times, Consumer<ByteBuf> writer) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.directBuffer();
        for (int i = 0; i < times; i++) {
            writer.accept(bytes);
        }
        return bytes;
    }

    /** The body of a message: what stands behind type byte and length. */
    static ByteBuf body(Consumer<ByteBuf> writer) {
        return repeated(1, writer).skipBytes(5);
    }
}
