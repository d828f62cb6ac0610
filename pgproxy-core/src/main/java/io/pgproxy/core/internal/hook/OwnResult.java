package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.hook.row.RecordedResult;
import io.pgproxy.core.internal.hook.row.ReplyRows;
import io.pgproxy.core.internal.hook.row.RowPipe;
import io.pgproxy.hook.Reply;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.message.backend.CommandComplete;
import io.pgproxy.protocol.message.backend.PortalSuspended;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of an execution that no upstream is asked for: what a hook replied, or what was recorded before. Its rows
 * are written once, all of them; an Execute with a limit takes some of them at a time.
 */
final class OwnResult {
    private final @Nullable RecordedResult recorded;
    private @Nullable ByteBuf rows;
    private String tag = "";
    private long total;
    private long written;

    private OwnResult(@Nullable RecordedResult recorded) {
        this.recorded = recorded;
    }

    /** To be {@linkplain #replied filled} by the statement's {@code Answer} at its turn. */
    static OwnResult answer() {
        return new OwnResult(null);
    }

    static OwnResult of(RecordedResult recorded) {
        return new OwnResult(recorded);
    }

    @Nullable
    RecordedResult recorded() {
        return recorded;
    }

    boolean isReady() {
        return rows != null;
    }

    /** What the hook replied; throws PgErrorException if its values do not fit the columns. */
    void replied(Reply reply, List<Column> columns, @Nullable RowPipe pipe) {
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer(256);
        boolean written = false;
        try {
            for (PgError notice : reply.notices()) {
                notice.writeNotice(out);
            }
            total = ReplyRows.write(reply, columns, out, pipe);
            written = true;
        } finally {
            if (!written) {
                out.release();
            }
        }
        rows = out;
        tag = reply.tag();
    }

    /** What was recorded; throws PgErrorException as the pipe does. */
    void replay(RecordedResult from, @Nullable RowPipe pipe) {
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer((int) Math.min(from.bytes() + 64, 1 << 30));
        boolean written = false;
        try {
            total = from.writeRows(
                    piece -> {
                        out.writeBytes(piece);
                        piece.release();
                    },
                    pipe);
            written = true;
        } finally {
            if (!written) {
                out.release();
            }
        }
        rows = out;
        tag = from.tag();
    }

    /** Writes all of what was recorded at once, of which nothing was asked for before and no row changes. */
    void writeAll(RecordedResult from, ByteBuf out) {
        from.writeAll(out);
        total = from.rows();
        written = total;
        tag = from.tag();
    }

    /** How many rows there are. */
    long total() {
        return total;
    }

    /** Writes the next rows: all, or as many as an Execute asks for; whether that was the end. */
    boolean write(int maxRows, ByteBuf out) {
        ByteBuf from = rows;
        if (from == null) {
            throw new IllegalStateException("there is no result yet");
        }
        long before = written;
        if (maxRows <= 0) {
            out.writeBytes(from);
            written = total;
        } else {
            int left = maxRows;
            while (left > 0 && from.isReadable()) {
                boolean row = from.getByte(from.readerIndex()) == 'D';
                out.writeBytes(from, from.getInt(from.readerIndex() + 1) + 1);
                left -= row ? 1 : 0;
            }
            written += maxRows - left;
            if (left == 0) {
                PortalSuspended.INSTANCE.write(out);
                return false;
            }
        }
        // As in the server's PortalRun: a query's tag counts the rows of the last Execute alone.
        new CommandComplete(before > 0 && isQuery() ? "SELECT " + (written - before) : tag).write(out);
        return true;
    }

    /** Whether its command tag counts the rows of a query. */
    boolean isQuery() {
        return tag.startsWith("SELECT");
    }

    String tag() {
        return tag;
    }

    void close() {
        if (rows != null) {
            rows.release();
            rows = null;
        }
    }
}
