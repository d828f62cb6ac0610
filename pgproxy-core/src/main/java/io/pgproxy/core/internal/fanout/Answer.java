package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one writer answers to an exchange, as far as all of them have to answer the same. */
abstract class Answer implements AnswerOwner {
    private final List<String> tags = new ArrayList<>(1);
    private final @Nullable RowDigest rows;
    private @Nullable PgError error;
    private int copies;
    private boolean copyIn;
    private boolean ready;

    /** {@code comparesRows} if its rows matter, beside its command tags. */
    Answer(boolean comparesRows) {
        this.rows = comparesRows ? new RowDigest() : null;
    }

    final boolean comparesRows() {
        return rows != null;
    }

    /** The command tags so far. */
    final List<String> tags() {
        return tags;
    }

    /** What was wrong with it first; null if nothing is so far. */
    final @Nullable PgError error() {
        return error;
    }

    /** Whether it waits for the client's data. */
    final boolean isCopyIn() {
        return copyIn;
    }

    /** How often it has asked for the client's data. */
    final int copies() {
        return copies;
    }

    /** Whether ReadyForQuery has come. */
    final boolean isReady() {
        return ready;
    }

    /** CommandComplete or EmptyQueryResponse. */
    final void completed(Frame frame, boolean counts) {
        ByteBuf body = frame.body();
        int length = body.bytesBefore((byte) 0);
        ended(length <= 0 ? "" : body.toString(0, length, StandardCharsets.UTF_8), counts);
        copyIn = false;
    }

    /** PortalSuspended: the rows are some of a result. */
    final void suspended(boolean counts) {
        if (rows != null) {
            ended("some", counts);
        }
    }

    private void ended(String tag, boolean counts) {
        String of = rows == null ? "" : rows.take();
        if (counts) {
            tags.add(tag + of);
        }
    }

    /** DataRow, or a part of it. */
    final void row(ByteBuf buffer, int from, int length) {
        if (rows != null) {
            rows.add(buffer, from, length);
        }
    }

    /** ErrorResponse. */
    final void failed(Frame frame) {
        if (error == null) {
            error = Command.read(frame);
        }
        copyIn = false;
    }

    /** CopyInResponse. */
    final void copyIn() {
        copyIn = true;
        copies++;
    }

    /** ReadyForQuery. */
    final void ready() {
        ready = true;
    }

    @Override
    public boolean standsForClients() {
        return true;
    }

    @Override
    public void skipped() {}
}
