package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.MessageWriter;
import io.pgproxy.protocol.Parameter;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.CommandComplete;
import io.pgproxy.protocol.message.backend.EmptyQueryResponse;
import io.pgproxy.protocol.message.backend.PortalSuspended;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement with its parameters: runs when it is first executed, and keeps the rows that were not asked for yet. */
final class Portal {
    private final String name;
    private final Prepared prepared;
    private final List<Parameter> parameters;
    private final List<Column> columns;
    private @Nullable QueryResult result;
    private boolean done;
    private long limit;
    private long sent;

    /** Columns in the formats that the client wants. */
    Portal(String name, Prepared prepared, List<Parameter> parameters, List<Column> columns) {
        this.name = name;
        this.prepared = prepared;
        this.parameters = parameters;
        this.columns = columns;
    }

    Prepared prepared() {
        return prepared;
    }

    List<Column> columns() {
        return columns;
    }

    /** Begins an Execute; {@link #advance} does the rest. A portal that was suspended goes on. */
    void start(int maxRows) {
        if (done && columns.isEmpty() && prepared.query() != null) {
            throw new PgErrorException(
                    SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "portal \"" + name + "\" cannot be run");
        }
        limit = maxRows > 0 ? maxRows : Long.MAX_VALUE;
        sent = 0;
    }

    /** Writes until the Execute is answered (true) or enough is written for now (false). */
    boolean advance(ByteBuf out, int enough) {
        PreparedQuery query = prepared.query();
        if (query == null) {
            EmptyQueryResponse.INSTANCE.write(out);
            return true;
        }
        QueryResult running = result;
        if (running == null) {
            running = query.execute(parameters);
            result = running;
        }
        while (!done && sent < limit && running.rows().hasNext()) {
            if (out.readableBytes() >= enough) {
                return false;
            }
            writeRow(out, running.rows().next());
            sent++;
        }
        // A server does not look whether there is more: with exactly as many rows as the limit the portal is suspended.
        if (!done && sent == limit) {
            PortalSuspended.INSTANCE.write(out);
            return true;
        }
        if (!done) {
            running.announced().forEach(message -> message.write(out));
        }
        close();
        new CommandComplete(running.tag(sent)).write(out);
        return true;
    }

    /** The status that the completed statement leads to, or null if it changes none or is suspended. */
    @Nullable
    TransactionStatus next() {
        return done && result != null ? result.next() : null;
    }

    /** No more rows are wanted. */
    void close() {
        if (!done) {
            done = true;
            if (result != null) {
                result.close();
            }
        }
    }

    private void writeRow(ByteBuf out, List<? extends @Nullable Object> row) {
        if (row.size() != columns.size()) {
            throw new IllegalStateException(row.size() + " values for " + columns.size() + " columns");
        }
        MessageWriter.write(out, BackendTag.DATA_ROW.code(), body -> {
            body.writeShort(columns.size());
            for (int i = 0; i < columns.size(); i++) {
                ValueWriter.write(body, columns.get(i), row.get(i));
            }
        });
    }
}
