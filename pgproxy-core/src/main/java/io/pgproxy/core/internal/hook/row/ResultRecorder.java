package io.pgproxy.core.internal.hook.row;

import io.netty.buffer.ByteBuf;
import io.pgproxy.hook.Recorder;
import io.pgproxy.protocol.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies a result for a {@link Recorder}. One thread.
 *
 * <p>The recorder is told exactly once how it ended; what it throws is logged. When the result grows too long the
 * recorder is told at once, and the copy is dropped.
 */
public final class ResultRecorder {
    private static final Logger log = LoggerFactory.getLogger(ResultRecorder.class);

    private final Recorder recorder;
    private final RowSegments segments;
    private List<Column> columns = List.of();
    private long rows;
    private boolean over;

    /**
     * A recorder for one execution.
     *
     * @param recorder is told
     * @param maxBytes the most bytes of rows that are kept, message headers included
     */
    public ResultRecorder(Recorder recorder, long maxBytes) {
        this.recorder = recorder;
        this.segments = new RowSegments(maxBytes);
    }

    /**
     * The columns are known.
     *
     * @param known in the formats of this execution
     */
    public void columns(List<Column> known) {
        columns = known;
    }

    /**
     * Some rows have come.
     *
     * @param chunk bytes of DataRow messages, which may begin and end within a message; read from its reader index, not
     *     moved, not released
     * @param messages how many messages begin in it
     */
    public void rows(ByteBuf chunk, int messages) {
        if (over) {
            return;
        }
        rows += messages;
        if (!segments.append(chunk)) {
            abandon();
        }
    }

    /**
     * The execution of a Query has succeeded, which has no parameters.
     *
     * @param tag its command tag
     */
    public void complete(String tag) {
        complete(tag, null);
    }

    /**
     * The execution has succeeded.
     *
     * @param tag its command tag
     * @param parameterTypes those of its statement, if they are known
     */
    public void complete(String tag, @Nullable List<Integer> parameterTypes) {
        if (over) {
            return;
        }
        if (!segments.isWhole()) {
            abandon();
            return;
        }
        over = true;
        // The tag of a portal that was run in parts counts the rows of the last part alone.
        String whole = tag.startsWith("SELECT") ? "SELECT " + rows : tag;
        RecordedResult result = new RecordedResult(columns, segments.take(), rows, whole, parameterTypes);
        tell(() -> recorder.recorded(result));
    }

    /** There will be no recording. Does nothing once the recorder was told. */
    public void abandon() {
        if (over) {
            return;
        }
        over = true;
        segments.drop();
        tell(recorder::abandoned);
    }

    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException failure) {
            log.warn("a recorder failed", failure);
        }
    }
}
