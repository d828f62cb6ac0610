package io.pgproxy.core.internal.hook.row;

import io.netty.buffer.ByteBuf;
import io.pgproxy.hook.RowMapper;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.server.PgErrorException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads the rows of one execution past its mappers. One thread; one row at a time.
 *
 * <p>A row that no mapper sets a value in is passed on as it came. A mapper that drops a row hides it from the mappers
 * behind it. Nothing is allocated for a row but the texts that a mapper asks for and the message that a change makes.
 */
public final class RowPipe {
    private static final Logger log = LoggerFactory.getLogger(RowPipe.class);

    private final RowMapper[] mappers;
    private final MappedRow row;

    /**
     * A pipe for one execution.
     *
     * @param columns as the upstream sends them, in the formats of this execution
     * @param mappers in their order
     */
    public RowPipe(List<Column> columns, List<RowMapper> mappers) {
        this.mappers = mappers.toArray(RowMapper[]::new);
        this.row = new MappedRow(columns);
    }

    /**
     * Maps one row.
     *
     * @param dataRow a whole DataRow message, type byte and length included; taken over
     * @return a whole DataRow message, the same buffer if nothing was set; null if the row was dropped
     * @throws ProtocolException (08P01) if the message is malformed; it has been released
     * @throws PgErrorException if the row has another number of columns (XX000), a mapper or a conversion refused
     *     (theirs), or a mapper failed (58000); it has been released
     */
    public @Nullable ByteBuf map(ByteBuf dataRow) {
        boolean passed = false;
        ByteBuf changed = null;
        try {
            row.begin(dataRow, dataRow.readerIndex(), dataRow.readableBytes());
            if (!survives()) {
                return null;
            }
            if (!row.isChanged()) {
                passed = true;
                return dataRow;
            }
            changed = dataRow.alloc().buffer(dataRow.readableBytes());
            row.write(changed);
            ByteBuf whole = changed;
            changed = null;
            return whole;
        } finally {
            row.end();
            if (!passed) {
                dataRow.release();
            }
            if (changed != null) {
                changed.release();
            }
        }
    }

    /**
     * Maps one row of several in a buffer, into another buffer.
     *
     * @param in where the row stands; its indexes are not moved, and it is not released
     * @param index where its type byte is
     * @param length its bytes, type byte and length included
     * @param out where it is appended to; unchanged if the row was dropped, or if this throws
     * @return false if the row was dropped
     * @throws ProtocolException (08P01) as {@link #map(ByteBuf)} does
     * @throws PgErrorException as {@link #map(ByteBuf)} does
     */
    public boolean map(ByteBuf in, int index, int length, ByteBuf out) {
        int start = out.writerIndex();
        boolean written = false;
        try {
            row.begin(in, index, length);
            if (!survives()) {
                written = true;
                return false;
            }
            if (row.isChanged()) {
                row.write(out);
            } else {
                out.writeBytes(in, index, length);
            }
            written = true;
            return true;
        } finally {
            row.end();
            if (!written) {
                out.writerIndex(start);
            }
        }
    }

    private boolean survives() {
        for (RowMapper mapper : mappers) {
            try {
                mapper.map(row);
            } catch (PgErrorException | ProtocolException refusal) {
                throw refusal;
            } catch (RuntimeException failure) {
                throw failed(mapper, failure);
            }
            row.checkFormed();
            if (row.isDropped()) {
                return false;
            }
        }
        return true;
    }

    /** What the failure says stays here: it may hold a value of the row. */
    private static PgErrorException failed(RowMapper mapper, RuntimeException failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        log.warn(
                "row mapper {} failed: {} {}",
                mapper.getClass().getName(),
                failure.getClass().getName(),
                trace.length == 0 ? "" : trace[0]);
        return new PgErrorException(SqlState.SYSTEM_ERROR, "a row could not be mapped");
    }
}
