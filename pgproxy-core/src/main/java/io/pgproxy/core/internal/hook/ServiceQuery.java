package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.hook.QueryFailedException;
import io.pgproxy.hook.QueryRows;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.CommandComplete;
import io.pgproxy.protocol.message.backend.DataRow;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.message.backend.RowDescription;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.Execute;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.Sync;
import io.pgproxy.protocol.message.frontend.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A query of a hook's own, and what has come of its answer. */
final class ServiceQuery {
    private static final int MOST_ROWS = 10_000;
    private static final long MOST_BYTES = 16 << 20;

    private final String sql;
    private final List<@Nullable String> parameters;
    private final CompletableFuture<QueryRows> result = new CompletableFuture<>();
    private final List<List<@Nullable String>> rows = new ArrayList<>();
    private List<Column> columns = List.of();
    private String tag = "";
    private long bytes;
    private @Nullable PgError error;

    ServiceQuery(String sql, List<@Nullable String> parameters) {
        this.sql = sql;
        this.parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }

    CompletableFuture<QueryRows> result() {
        return result;
    }

    void write(ByteBuf out) {
        List<@Nullable Bytes> values = new ArrayList<>(parameters.size());
        for (String parameter : parameters) {
            values.add(parameter == null ? null : Bytes.of(parameter));
        }
        new Parse("", sql, List.of()).write(out);
        new Bind("", "", List.of(), values, List.of()).write(out);
        new Describe(Target.PORTAL, "").write(out);
        new Execute("", 0).write(out);
        Sync.INSTANCE.write(out);
    }

    /** Takes a message of the answer; an error if it is too much to keep. */
    @Nullable
    PgError take(Frame frame) {
        switch (frame.tag()) {
            case 'T' -> columns = RowDescription.read(frame.body()).columns();
            case 'D' -> {
                bytes += frame.length();
                if (rows.size() == MOST_ROWS || bytes > MOST_BYTES) {
                    return PgError.of(
                            SqlState.PROGRAM_LIMIT_EXCEEDED, "a hook's query has more than 10,000 rows or 16 MB");
                }
                rows.add(texts(DataRow.read(frame.body())));
            }
            case 'C' -> tag = CommandComplete.read(frame.body()).commandTag();
            case 'E' -> error = ErrorResponse.read(frame.body()).error();
            default -> {
                // says nothing of the result
            }
        }
        return null;
    }

    private static List<@Nullable String> texts(DataRow row) {
        List<@Nullable String> texts = new ArrayList<>(row.values().size());
        for (Bytes value : row.values()) {
            texts.add(value == null ? null : value.text());
        }
        return Collections.unmodifiableList(texts);
    }

    void complete() {
        PgError failure = error;
        if (failure == null) {
            result.complete(new QueryRows(columns, Collections.unmodifiableList(rows), tag));
        } else {
            fail(failure);
        }
    }

    void fail(PgError why) {
        result.completeExceptionally(new QueryFailedException(why));
    }
}
