package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.ErrorResponse;

/**
 * Sees an answer that passes to the client. Of an error it is told once, also of one that came before its own answer.
 */
abstract class Watch implements AnswerOwner {
    private final HookSession session;
    private final long began;
    private boolean failed;

    Watch(HookSession session) {
        this.session = session;
        this.began = session.exchangeBegan();
    }

    /** When the exchange began that it belongs to. */
    long exchangeBegan() {
        return began;
    }

    /** The answer was an error. */
    abstract void failed(PgError error);

    /** There is no answer. */
    abstract void unanswered();

    @Override
    public Interest interest() {
        return Upstream.WATCHED;
    }

    @Override
    public boolean relays() {
        return true;
    }

    @Override
    public boolean standsForClients() {
        return true;
    }

    @Override
    public void begins(Upstream upstream) {
        ByteBuf notices = session.takeNotices();
        if (notices != null) {
            upstream.passSeen();
            upstream.relay(notices);
        }
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (frame.tag() == 'E') {
            refused(frame, upstream);
        } else {
            upstream.relay(frame.bytes());
        }
    }

    private void refused(Frame frame, Upstream upstream) {
        PgError error = error(frame);
        PgError instead = session.inPlaceOf(error);
        if (instead == null) {
            upstream.relay(frame.bytes());
            fail(error);
        } else {
            frame.release();
            ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
            instead.writeError(bytes);
            upstream.relay(bytes);
            fail(instead);
        }
    }

    @Override
    public void ended(PgError error) {
        fail(error);
    }

    final void fail(PgError error) {
        if (!failed) {
            failed = true;
            session.told(error, exchangeBegan());
            failed(error);
        }
    }

    @Override
    public final void skipped() {
        if (!failed) {
            failed = true;
            unanswered();
        }
    }

    static PgError error(Frame frame) {
        try {
            return ErrorResponse.read(frame.body()).error();
        } catch (ProtocolException e) {
            return PgError.of(SqlState.INTERNAL_ERROR, "an error that could not be read");
        }
    }
}
