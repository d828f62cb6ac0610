package io.pgproxy.core.internal.hook.row;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.pgproxy.hook.Recording;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.message.backend.BackendMessage;
import io.pgproxy.protocol.message.backend.CommandComplete;
import io.pgproxy.protocol.message.backend.RowDescription;
import io.pgproxy.protocol.server.PgErrorException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A result as the upstream sent it. Immutable, on the heap, for any thread; it can be replayed any number of times at
 * once.
 *
 * <p>The rows lie in segments of which each begins with a row and ends with one.
 */
public final class RecordedResult implements Recording {
    private static final int LENGTH_AT = 1;
    /** What follows soon. */
    private static final int READY = 6;

    /** How much of a mapped recording is handed out at a time. */
    private static final int MAPPED = 32 * 1024;

    private final List<Column> columns;
    private final List<byte[]> segments;
    private final long rows;
    private final long bytes;
    private final String tag;
    private final @Nullable List<Integer> parameterTypes;

    /** RowDescription, and CommandComplete: made once, as the rows are. */
    private final byte[] description;

    private final byte[] completion;

    RecordedResult(
            List<Column> columns,
            List<byte[]> segments,
            long rows,
            String tag,
            @Nullable List<Integer> parameterTypes) {
        this.columns = List.copyOf(columns);
        this.segments = List.copyOf(segments);
        this.rows = rows;
        this.tag = tag;
        this.parameterTypes = parameterTypes == null ? null : List.copyOf(parameterTypes);
        this.description = isQuery() ? bytes(new RowDescription(this.columns)) : new byte[0];
        this.completion = bytes(new CommandComplete(tag));
        this.bytes = segments.stream().mapToLong(segment -> segment.length).sum();
    }

    private static byte[] bytes(BackendMessage message) {
        ByteBuf out = Unpooled.buffer(64);
        message.write(out);
        return ByteBufUtil.getBytes(out);
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    /** {@return the formats of the columns, in their order} */
    public List<Format> formats() {
        return columns.stream().map(Column::format).toList();
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    /** {@return the command tag} */
    public String tag() {
        return tag;
    }

    /** {@return whether RowDescription announces it, if only of rows without columns} */
    public boolean isQuery() {
        return !columns.isEmpty() || tag.startsWith("SELECT");
    }

    /** {@return the types of its statement's parameters as the upstream sees them; null if nobody has asked} */
    public @Nullable List<Integer> parameterTypes() {
        return parameterTypes;
    }

    /**
     * Writes the columns as they were described, in the formats of the recording.
     *
     * @param out RowDescription is added; nothing if it is no query
     */
    public void writeDescription(ByteBuf out) {
        out.writeBytes(description);
    }

    /**
     * Writes all rows as they were recorded, and the command tag.
     *
     * @param out DataRow messages and CommandComplete are added
     */
    public void writeAll(ByteBuf out) {
        out.ensureWritable((int) Math.min(bytes + completion.length + READY, Integer.MAX_VALUE / 2));
        for (byte[] segment : segments) {
            out.writeBytes(segment);
        }
        out.writeBytes(completion);
    }

    /**
     * Hands out the rows as DataRow messages, in pieces of whole messages. Without a pipe nothing is copied: a piece
     * wraps the bytes of the recording and cannot be written to.
     *
     * @param out takes over each piece
     * @param alloc gives the buffers of rows that a pipe mapped
     * @param pipe changes or drops rows, or null
     * @return how many rows were handed out
     * @throws PgErrorException as the pipe does; pieces before it have been handed out
     */
    public long writeRows(Consumer<ByteBuf> out, ByteBufAllocator alloc, @Nullable RowPipe pipe) {
        if (pipe == null) {
            segments.forEach(
                    segment -> out.accept(Unpooled.wrappedBuffer(segment).asReadOnly()));
            return rows;
        }
        long written = 0;
        for (byte[] segment : segments) {
            written += mapped(Unpooled.wrappedBuffer(segment), out, alloc, pipe);
        }
        return written;
    }

    /**
     * Hands out the rows as {@link #writeRows(Consumer, ByteBufAllocator, RowPipe)} does, with buffers of the default
     * allocator.
     *
     * @param out takes over each piece
     * @param pipe changes or drops rows, or null
     * @return how many rows were handed out
     */
    public long writeRows(Consumer<ByteBuf> out, @Nullable RowPipe pipe) {
        return writeRows(out, ByteBufAllocator.DEFAULT, pipe);
    }

    private static long mapped(ByteBuf segment, Consumer<ByteBuf> out, ByteBufAllocator alloc, RowPipe pipe) {
        long written = 0;
        int at = 0;
        while (at < segment.writerIndex()) {
            ByteBuf piece = alloc.buffer();
            try {
                while (at < segment.writerIndex() && piece.readableBytes() < MAPPED) {
                    int length = segment.getInt(at + LENGTH_AT) + LENGTH_AT;
                    written += pipe.map(segment, at, length, piece) ? 1 : 0;
                    at += length;
                }
                if (piece.isReadable()) {
                    out.accept(piece.retain());
                }
            } finally {
                piece.release();
            }
        }
        return written;
    }

    /** {@return the tag and the size; no value} */
    @Override
    public String toString() {
        return "RecordedResult[" + tag + ", " + bytes + " bytes]";
    }
}
