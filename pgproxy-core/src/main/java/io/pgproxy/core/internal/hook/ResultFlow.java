package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.Limit;
import io.pgproxy.core.internal.hook.row.ResultRecorder;
import io.pgproxy.core.internal.hook.row.RowPipe;
import io.pgproxy.core.internal.limit.OverLimit;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.RowDescription;
import io.pgproxy.protocol.server.PgErrorException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of an execution go through on their way from an upstream to the client: transforms, limits, a recorder.
 * Rows that need none of these are not looked at.
 */
final class ResultFlow {
    private static final Interest TAGS = Upstream.WATCHED.show(BackendTag.COMMAND_COMPLETE);
    private static final Interest COLUMNS = TAGS.cut(BackendTag.ROW_DESCRIPTION);
    private static final Interest COUNTED = TAGS.note(BackendTag.DATA_ROW, BackendTag.COPY_DATA);
    private static final Interest COUNTED_COLUMNS = COUNTED.cut(BackendTag.ROW_DESCRIPTION);
    private static final Interest READ = COLUMNS.take(BackendTag.DATA_ROW, BackendTag.COPY_DATA);
    private static final Interest RECORDED = READ.note(BackendTag.NOTICE_RESPONSE);

    /** Rows that were read leave together, in buffers of some such size. */
    private static final int ENOUGH = 1 << 15;

    private final HookExecution execution;
    private final @Nullable ResultRecorder recorder;
    private final boolean recording;
    private final boolean transforms;
    private final long maxRows;
    private final long maxBytes;
    private @Nullable RowPipe pipe;
    private long seen;
    private long sent;
    private long told;
    private long sentBytes;
    private @Nullable ByteBuf out;

    ResultFlow(HookExecution execution) {
        this.execution = execution;
        ResultRecorder copy = execution.recorder();
        this.recording = copy != null;
        this.recorder = copy;
        this.transforms = !execution.stages().transform.isEmpty();
        this.maxRows = execution.terms().maxRows();
        this.maxBytes = execution.terms().maxBytes();
        if (copy != null) {
            RowShape shape = execution.statement().shape();
            if (shape != null) {
                described(shape);
            }
        }
    }

    /** Whether it can end a result that the upstream goes on with. */
    boolean mayCut() {
        return transforms || isLimited();
    }

    /** Whether it is cancelled if it takes too long. */
    boolean isTimed() {
        return !execution.terms().maxTime().isZero();
    }

    /** Whether rows or bytes are limited. */
    boolean isLimited() {
        return maxRows != Long.MAX_VALUE || maxBytes != Long.MAX_VALUE;
    }

    /** What is to be seen of what comes next. */
    Interest interest() {
        if (recording) {
            return RECORDED;
        }
        if (pipe != null || (seen >= maxRows && isLimited())) {
            return READ;
        }
        if (isLimited()) {
            Interest counted = transforms ? COUNTED_COLUMNS : COUNTED;
            return maxBytes == Long.MAX_VALUE ? counted : counted.upTo(maxBytes);
        }
        return transforms ? COLUMNS : TAGS;
    }

    /** Whether one more row would be too much: it must not pass. */
    boolean hasAllRows() {
        return seen == maxRows;
    }

    /** Whether rows are counted here, and not by the command tag alone. */
    boolean counts() {
        return isLimited() || pipe != null || recording;
    }

    /** Whether the command tag is to be kept. */
    boolean isRecording() {
        return recording;
    }

    /** How many rows have been sent since it was asked last; of a statement without rows, what its tag says. */
    long takeSentRows(long tagged) {
        if (seen == 0) {
            return tagged;
        }
        long since = sent - told;
        told = sent;
        return since;
    }

    /** The columns are known from a Describe. */
    void described(RowShape shape) {
        pipe = shape.pipe(execution);
        if (recorder != null) {
            recorder.columns(RowShape.in(shape.columns(), execution.resultFormats()));
        }
    }

    /** RowDescription within a Query's answer: what the client is to see instead. */
    ByteBuf describe(Frame frame) {
        try {
            List<Column> columns = RowDescription.read(frame.body()).columns();
            RowShape shape = RowShape.of(execution.stages(), execution.statement(), columns);
            execution.statement().shape(shape);
            described(shape);
            if (shape.isPlain()) {
                return frame.bytes().retain();
            }
            ByteBuf changed = ByteBufAllocator.DEFAULT.buffer(frame.length() + 1);
            new RowDescription(shape.shown()).write(changed);
            return changed;
        } finally {
            frame.release();
        }
    }

    /** A row that straddled two reads. */
    void take(Frame frame) {
        try {
            if (!frame.isWhole()) {
                throw frame.length() > maxBytes
                        ? tooManyBytes()
                        : new PgErrorException(
                                SqlState.PROGRAM_LIMIT_EXCEEDED, "a row is too long to be read by a hook");
            }
            ByteBuf bytes = frame.bytes();
            take(frame.tag(), bytes, bytes.readerIndex(), bytes.readableBytes());
        } finally {
            frame.release();
        }
    }

    /** A row: what the client is to see of it is kept until {@link #takeRows}. */
    void take(byte tag, ByteBuf in, int from, int length) {
        seen++;
        if (seen > maxRows) {
            throw tooManyRows();
        }
        if (recorder != null && tag == 'D') {
            recorder.rows(in.slice(from, length), 1);
        }
        ByteBuf to = out;
        if (to == null) {
            to = ByteBufAllocator.DEFAULT.buffer(Math.max(ENOUGH + (ENOUGH >> 2), length));
            out = to;
        }
        int before = to.readableBytes();
        if (pipe == null || tag != 'D') {
            to.writeBytes(in, from, length);
        } else if (!pipe.map(in, from, length, to)) {
            return;
        }
        sentBytes += to.readableBytes() - before;
        if (sentBytes > maxBytes) {
            to.writerIndex(to.readerIndex() + before);
            throw tooManyBytes();
        }
        sent++;
    }

    /** Whether so many rows are kept that they should leave. */
    boolean hasEnough() {
        return out != null && out.readableBytes() >= ENOUGH;
    }

    /** The rows kept, or null; owned by the caller. */
    @Nullable
    ByteBuf takeRows() {
        ByteBuf rows = out;
        out = null;
        return rows;
    }

    /** A row has passed; so many bytes of the answer have. */
    void counted(long bytes) {
        seen++;
        sent++;
        sentBytes = bytes;
        if (sentBytes > maxBytes) {
            throw tooManyBytes();
        }
    }

    /** Something was said besides the result, and could not be said again: that is not recorded. */
    void disturbed() {
        if (recorder != null) {
            recorder.abandon();
        }
    }

    void complete(String tag) {
        if (recorder != null) {
            recorder.complete(tag, execution.parameterTypesInForce());
        }
    }

    /** No more rows. */
    void close() {
        if (out != null) {
            out.release();
            out = null;
        }
        if (recorder != null) {
            recorder.abandon();
        }
    }

    private PgErrorException tooManyRows() {
        execution.metrics().limited(Limit.ROWS);
        return new PgErrorException(OverLimit.rows(maxRows));
    }

    private PgErrorException tooManyBytes() {
        execution.metrics().limited(Limit.BYTES);
        return new PgErrorException(OverLimit.bytes(maxBytes));
    }
}
