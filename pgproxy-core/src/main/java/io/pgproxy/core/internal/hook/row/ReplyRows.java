package io.pgproxy.core.internal.hook.row;

import io.netty.buffer.ByteBuf;
import io.pgproxy.hook.Reply;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.protocol.server.ValueWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a reply of the proxy's own, as the messages that an upstream would send. */
public final class ReplyRows {
    private ReplyRows() {}

    /**
     * Writes the rows as DataRow messages.
     *
     * @param reply the reply
     * @param columns its columns in the formats of this execution
     * @param out where to write; unchanged if this throws
     * @param pipe changes or drops rows, or null
     * @return how many rows were written
     * @throws PgErrorException if a row has another number of values (XX000), a value does not fit its column as
     *     {@link ValueWriter} says, or as the pipe says
     */
    public static long write(Reply reply, List<Column> columns, ByteBuf out, @Nullable RowPipe pipe) {
        int start = out.writerIndex();
        boolean written = false;
        ByteBuf row = pipe == null ? out : out.alloc().buffer();
        try {
            long rows = 0;
            for (List<@Nullable Object> values : reply.rows()) {
                if (pipe == null) {
                    write(values, columns, row);
                    rows++;
                } else {
                    row.clear();
                    write(values, columns, row);
                    rows += pipe.map(row, 0, row.writerIndex(), out) ? 1 : 0;
                }
            }
            written = true;
            return rows;
        } finally {
            if (pipe != null) {
                row.release();
            }
            if (!written) {
                out.writerIndex(start);
            }
        }
    }

    private static void write(List<@Nullable Object> values, List<Column> columns, ByteBuf out) {
        if (values.size() != columns.size()) {
            throw new PgErrorException(
                    SqlState.INTERNAL_ERROR, "a reply has another number of columns than its description");
        }
        int start = out.writerIndex();
        out.writeByte(BackendTag.DATA_ROW.code());
        out.writeInt(0);
        out.writeShort(values.size());
        for (int i = 0; i < values.size(); i++) {
            ValueWriter.write(out, columns.get(i), values.get(i));
        }
        out.setInt(start + 1, out.writerIndex() - start - 1);
    }
}
