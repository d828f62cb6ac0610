package io.pgproxy.core.internal.hook.row;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.message.backend.DataRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DataRow messages as bytes, and back. */
final class DataRows {
    private DataRows() {}

    static ByteBuf of(@Nullable String... values) {
        return of(Arrays.stream(values)
                .map(value -> value == null ? null : Bytes.of(value))
                .toList());
    }

    static ByteBuf of(List<@Nullable Bytes> values) {
        ByteBuf row = PooledByteBufAllocator.DEFAULT.buffer();
        new DataRow(values).write(row);
        return row;
    }

    /** The texts of each row; releases the buffer. */
    static List<List<@Nullable String>> read(ByteBuf rows) {
        try {
            List<List<@Nullable String>> all = new ArrayList<>();
            while (rows.isReadable()) {
                rows.skipBytes(1);
                int length = rows.readInt() - 4;
                List<@Nullable String> texts = new ArrayList<>();
                for (Bytes value : DataRow.read(rows.readSlice(length)).values()) {
                    texts.add(value == null ? null : value.text());
                }
                all.add(texts);
            }
            return all;
        } finally {
            rows.release();
        }
    }
}
