package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * COPY FROM STDIN within an exchange: the client is asked for its data when all writers want it, and all get it. Data
 * that comes before that is kept.
 */
final class CopyIn {
    private enum State {
        /** No data is wanted now. */
        CLOSED,
        /** All of them want it. */
        OPEN,
        /** One of them does not want it any more; of a message that is on its way all have to get the rest. */
        BREAKING,
        /** One of them has failed: no data is wanted any more. */
        BROKEN
    }

    private final Shares shares;
    private final ArrayDeque<Piece> early = new ArrayDeque<>(0);
    private long earlyBytes;
    private State state = State.CLOSED;

    /** How many were sent that have not been opened. */
    private int awaited;

    private int all;

    CopyIn(Shares shares) {
        this.shares = shares;
    }

    /**
     * What came before it was asked for.
     *
     * @param ends whether the data ends with it
     */
    private record Piece(ByteBuf bytes, boolean ends) {}

    /** So many COPY are being sent. */
    void sent(int count) {
        all += count;
        awaited += count;
    }

    /** Whether some COPY has been sent, and it is not known what becomes of it. */
    boolean isAwaited() {
        return awaited > 0 && state != State.BROKEN;
    }

    /** Whether the client may send data, and nothing else. */
    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Whether COPY has failed, and the message that was on its way has to end yet. */
    boolean isBreaking() {
        return state == State.BREAKING;
    }

    /** Whether it has failed, and some may have to hear of that yet, or to ask for data that they do not get. */
    boolean isFailing() {
        return state == State.BROKEN && all > 0 && !shares.all(Share::isQuiet);
    }

    /** Whether the end of what is asked for next has come already. */
    boolean hasEnd() {
        return early.stream().anyMatch(Piece::ends);
    }

    /** How much came before it was asked for. */
    long bytes() {
        return earlyBytes;
    }

    /** Data of the client's; owned by the callee. */
    void data(ByteBuf bytes) {
        switch (state) {
            case OPEN, BREAKING -> sendAll(bytes);
            case CLOSED -> keep(bytes, false);
            case BROKEN -> bytes.release(); // the client does not know yet
        }
    }

    /** CopyDone or CopyFail; owned by the callee. */
    void end(ByteBuf bytes) {
        if (state == State.CLOSED) {
            keep(bytes, true);
            return;
        }
        if (state == State.BROKEN) {
            bytes.release();
            return;
        }
        shares.forEach(share -> share.writer().upstream().expected().sentCopyEnd());
        sendAll(bytes);
        state = state == State.OPEN ? State.CLOSED : State.BROKEN;
    }

    private void keep(ByteBuf bytes, boolean ends) {
        if (awaited > 0) {
            earlyBytes += bytes.readableBytes();
            early.add(new Piece(bytes, ends));
        } else {
            bytes.release(); // as servers do with what they have not asked for
        }
    }

    private void sendAll(ByteBuf bytes) {
        for (Share other : shares.others()) {
            other.writer().upstream().send(bytes.retainedDuplicate());
        }
        shares.first().writer().upstream().send(bytes);
    }

    /** {@return what asks the client for its data, owned by the caller; null unless all want it since now} */
    @Nullable
    ByteBuf open() {
        FirstAnswer first = shares.answer();
        boolean asked = state == State.CLOSED && first.isCopyIn();
        if (!asked || !shares.all(each -> each.answer().copies() == first.copies())) {
            return null;
        }
        ByteBuf response = first.take();
        if (response != null) {
            state = State.OPEN;
            awaited = Math.max(0, awaited - 1);
        }
        return response;
    }

    /** It is open: what came before goes to all of them. */
    void sendEarly() {
        while (state == State.OPEN && !early.isEmpty()) {
            Piece next = early.remove();
            earlyBytes -= next.bytes().readableBytes();
            if (next.ends()) {
                end(next.bytes());
            } else {
                data(next.bytes());
            }
        }
    }

    /**
     * One of them has failed: those that wait for data are told that none comes.
     *
     * @param betweenMessages whether the client is not within a message
     * @return whether some were told
     */
    boolean fail(boolean betweenMessages) {
        if ((state == State.OPEN || state == State.BREAKING) && !betweenMessages) {
            state = State.BREAKING;
            return false;
        }
        boolean told = false;
        for (Share share : shares) {
            ExpectedAnswers due = share.writer().upstream().expected();
            if (due.isCopyingIn()) {
                told = true;
                due.sentCopyEnd();
                share.writer().upstream().send(ExtendedCommand.copyFail());
            }
        }
        if (state != State.BROKEN && all > 0) {
            shares.others().forEach(other -> other.writer().upstream().send(ExtendedCommand.flush()));
        }
        state = State.BROKEN;
        release();
        return told;
    }

    /** Nobody is going to get what is kept. */
    void release() {
        early.forEach(piece -> piece.bytes().release());
        early.clear();
        earlyBytes = 0;
    }
}
