package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.FrameScanner;
import io.pgproxy.protocol.frame.FrameSink;
import io.pgproxy.protocol.frame.HeaderRules;
import io.pgproxy.protocol.frame.Interest;
import org.jspecify.annotations.Nullable;

/**
 * What a client of a pool sends, message by message: most pass as they came once there is a connection. Those that name
 * a prepared statement, or leave something in the session, go to {@link Statements} first; what cannot go yet waits,
 * and all behind it.
 */
final class ClientMessages implements FrameSink {
    private static final Interest IN_PLACE = Interest.nothing()
            .note(FrontendTag.COPY_DONE, FrontendTag.COPY_FAIL)
            .show(
                    FrontendTag.QUERY,
                    FrontendTag.PARSE,
                    FrontendTag.BIND,
                    FrontendTag.EXECUTE,
                    FrontendTag.DESCRIBE,
                    FrontendTag.CLOSE,
                    FrontendTag.SYNC,
                    FrontendTag.FLUSH)
            .cut(FrontendTag.FUNCTION_CALL, FrontendTag.TERMINATE);

    private final VirtualSession session;
    private final ClientState state;
    private final Forwarding forwarding;
    private final FrameScanner scanner =
            new FrameScanner(HeaderRules.FRONTEND, IN_PLACE, FootprintReader.LONGEST + 64, this);

    private final Repetition repetition = new Repetition();
    private @Nullable Frame stalled;
    private @Nullable PgError refusal;
    private @Nullable Footprint read;
    private boolean skipping;
    private boolean released;

    /** What is still to come of a message whose head was not sent. */
    private long unsent;

    ClientMessages(VirtualSession session, KeyedPool home, ClientState state) {
        this.session = session;
        this.state = state;
        this.forwarding = new Forwarding(this, session, home, state, repetition);
    }

    /** Takes bytes as they came; owned by the callee. */
    void take(ByteBuf bytes) {
        if (repetition.takes(bytes)) {
            return;
        }
        record(bytes);
        if (session.connection() == null && isAboutToNeed(bytes) && session.acquire() == null && refusal == null) {
            scanner.pause(); // before a message has been taken apart
        }
        scanner.scan(bytes);
    }

    /** While nothing is due, what is sent is kept in case that the upstream has lost what it is about. */
    private void record(ByteBuf bytes) {
        if (!repetition.isKeeping() && !isWaiting() && !forwarding.isBatchOpen() && session.mayHaveToRepeat()) {
            repetition.begin();
        }
        repetition.sent(bytes);
    }

    /** Nothing that was sent is due any more. */
    void settled() {
        repetition.drop();
        forwarding.settled();
    }

    /** The answer that is due next is an error: what was sent behind it may be skipped. */
    void failed(PooledConnection to) {
        forwarding.failed(to);
    }

    Repetition repetition() {
        return repetition;
    }

    /**
     * Whether what was sent can be sent again.
     *
     * @param statement what was bound
     * @param outdated whether its columns may be other ones: then the client must not rely on those it was told of
     */
    boolean isRepeatable(ClientStatement statement, boolean outdated) {
        return isKept() && !forwarding.isBatchOpen() && (!outdated || repetition.isDescribedHere(statement));
    }

    /** Whether all that was sent since nothing was due can be sent again. */
    boolean isKept() {
        return repetition.isKeeping() && !isWaiting();
    }

    /** From here on what comes waits behind what is going to be sent again. */
    void prepareToRepeat() {
        forwarding.batchOpen(false);
        forwarding.transactionOver();
        repetition.prepare(state.statements());
    }

    /** Sends what was sent, and what came meanwhile. */
    void repeat() {
        for (ByteBuf bytes : repetition.take()) {
            if (released) {
                bytes.release();
            } else {
                scanner.scan(bytes);
            }
        }
    }

    Forwarding forwarding() {
        return forwarding;
    }

    private boolean isAboutToNeed(ByteBuf bytes) {
        if (skipping || stalled != null || scanner.isWaiting() || !scanner.isBetweenMessages() || !bytes.isReadable()) {
            return false;
        }
        int start = bytes.readerIndex();
        byte tag = bytes.getByte(start);
        boolean whole = bytes.readableBytes() > 4 && bytes.getInt(start + 1) < bytes.readableBytes();
        return whole && (tag == 'Q' || tag == 'P' || tag == 'B'); // of half a message the rest may never come
    }

    long waitingBytes() {
        return scanner.waitingBytes() + repetition.waitingBytes();
    }

    /** Whether something of the client's has not been sent. */
    boolean isWaiting() {
        return stalled != null || scanner.isWaiting() || !scanner.isBetweenMessages();
    }

    /** Whether a batch has begun whose Sync has not been sent. */
    boolean isBatchOpen() {
        PooledConnection to = session.connection();
        return forwarding.isBatchOpen()
                || (to != null && to.upstream().expected().isSkipping()); // a skipped Query has ended none
    }

    /** The Sync of a batch is void. */
    void reopen() {
        forwarding.batchOpen(true);
    }

    void transactionOver() {
        forwarding.transactionOver();
    }

    /** Nobody gets a connection for the message that waits. */
    void refuse(PgError why) {
        refusal = why;
    }

    /** Takes up what waited, as far as it can go now. */
    void goOn() {
        Frame frame = stalled;
        if (frame != null) {
            stalled = null;
            framed(frame);
        }
        if (stalled == null && (session.connection() != null || refusal != null || !session.isWaiting())) {
            scanner.resume();
        }
    }

    void release() {
        released = true;
        repetition.drop();
        repeat();
        if (stalled != null) {
            stalled.release();
            stalled = null;
        }
        scanner.release();
    }

    @Override
    public void passed(ByteBuf bytes, int begun) {
        int dropped = (int) Math.min(unsent, bytes.readableBytes());
        unsent -= dropped;
        bytes.skipBytes(dropped);
        PooledConnection to = session.connection();
        if (to == null || !bytes.isReadable()) {
            bytes.release();
        } else {
            to.upstream().send(bytes);
        }
    }

    @Override
    public void noted(byte tag, int first) {
        PooledConnection to = session.connection();
        if (to != null) {
            to.upstream().expected().sentCopyEnd();
        }
    }

    @Override
    public void shown(byte tag, ByteBuf buffer, int body, int length) {
        PooledConnection to = session.connection();
        if (to == null || skipping || session.isHeldUp() || !forwarding.passes(tag, buffer, body, length, to)) {
            framed(scanner.cutShown());
        }
    }

    @Override
    public void framed(Frame frame) {
        byte tag = frame.tag();
        Footprint known = read;
        read = null;
        if (released) {
            frame.release();
        } else if (tag == 'X') {
            frame.release();
            scanner.pause();
            session.terminated();
        } else if (skipping) {
            drop(frame);
            if (tag == 'S') {
                skipping = false;
                session.answers().ready();
            }
        } else if (session.connection() == null && (tag == 'S' || tag == 'H')) {
            drop(frame); // nothing was asked that is not answered
            if (tag == 'S') {
                session.answers().ready();
            }
        } else if (refusal != null) {
            refuseNow(frame, refusal);
        } else {
            withConnection(frame, known);
        }
    }

    private void withConnection(Frame frame, @Nullable Footprint known) {
        PooledConnection to = session.connection();
        if (to == null) {
            to = session.acquire();
        }
        PgError full = refusal;
        if (to == null && full != null) {
            refuseNow(frame, full);
        } else if (to == null || session.isHeldUp()) {
            stall(frame);
        } else {
            forwarding.step(frame, known, to);
        }
    }

    /** What the text of the next message leaves behind. */
    void read(Footprint left) {
        read = left;
    }

    private void stall(Frame frame) {
        stalled = frame;
        scanner.pause();
    }

    /** Refuses a message in its place; up to the next Sync all is skipped, if it is part of a batch. */
    void refuseNow(Frame frame, PgError why) {
        refusal = null;
        byte tag = frame.tag();
        drop(frame);
        session.answers().error(why);
        if (tag == 'Q' || tag == 'F') {
            session.answers().ready();
        } else {
            skipping = true;
        }
    }

    private void drop(Frame frame) {
        unsent = frame.length() + 1L - frame.bytes().readableBytes();
        frame.release();
    }

    /** What has to be known first is asked for, if need be, and waited for. */
    void stallUntilAnswered(Frame frame, @Nullable Footprint left, PooledConnection to) {
        if (forwarding.isBatchOpen()) {
            to.upstream().send(Prelude.flush());
        }
        to.upstream().flush();
        read = left;
        stall(frame);
    }
}
