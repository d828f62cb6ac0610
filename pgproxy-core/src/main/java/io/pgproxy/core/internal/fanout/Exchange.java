package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Query, or a batch up to its Sync, on its way over the writers: the first is asked first; what it has done without
 * an error the others are asked to do, all at the same time; and when all agree the client is told that it is done.
 * Where the client has no block open, all of this stands in a block of our own.
 */
final class Exchange {
    private enum Phase {
        /** It comes, and goes to the first. */
        FIRST,
        /** All is sent; the others have not answered all of it. */
        OTHERS,
        /** All are told to keep it, or not to. */
        ENDING,
        /** Nothing is awaited. */
        OVER
    }

    private final FanOutSession session;
    private final boolean simple;
    private final Shares shares;
    private final FirstAnswer answer;
    private final Backlog backlog = new Backlog();
    private final CopyIn copy;
    private final CopyProgress copying;
    private final Conduct conduct = new Conduct();
    private final Reply reply;
    private final Ending ending;
    private @Nullable ClientCommit commit;
    private @Nullable String loss;
    private Phase phase = Phase.FIRST;

    /** The client has sent the end of it. */
    private boolean complete;

    /** Our own block is open around it. */
    private boolean begun;

    Exchange(FanOutSession session, List<Writer> writers, boolean simple) {
        this.session = session;
        this.simple = simple;
        this.answer = new FirstAnswer(simple, session.rules().comparesRows());
        this.shares = new Shares(writers, answer);
        this.copy = new CopyIn(shares);
        this.reply = new Reply(session, answer);
        this.copying = new CopyProgress(session, shares, copy, reply);
        this.ending = new Ending(shares, session.rules().impossibleName());
    }

    /** What the client is told in the place of what the writers say. */
    void refusal(PgError why) {
        reply.refuseInstead(why);
    }

    /** In the place of a message that is refused the first writer gets one that it is certain to refuse. */
    void refuse(byte kind, ByteBuf impossible) {
        complete |= kind >= ExpectedAnswers.QUERY;
        backlog.add(kind, null);
        shares.first().send(kind, impossible);
    }

    /** So many COPY FROM STDIN are about to be sent. */
    void copies(int count) {
        copy.sent(count);
    }

    /** Has all begin a block that ends with the exchange. */
    void begin() {
        begun = true;
        shares.begin(session.rules().impossibleName());
    }

    /** Whether its block is one of ours. */
    boolean isBegun() {
        return begun;
    }

    /** The client has a say in the block now: it is its own. */
    void handOver() {
        begun = false;
    }

    Conduct conduct() {
        return conduct;
    }

    /** How many statements of the client's have been prepared. */
    int parsed() {
        return answer.parsed();
    }

    /** How much of it is kept here. */
    long waitingBytes() {
        return backlog.bytes() + copy.bytes();
    }

    /** Whether the client's next message is one of it. */
    boolean takesMore() {
        return !complete && (commit == null || commit.isOver());
    }

    /** Whether the client may send data, and nothing else. */
    boolean isCopyOpen() {
        return copy.isOpen();
    }

    /** Whether COPY has failed, and the message that was on its way has to end yet. */
    boolean isCopyBreaking() {
        return copy.isBreaking();
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    /** Whether a cancel may reach this writer now, without dividing it from the others. */
    boolean isCancellable(Writer writer) {
        boolean running = phase == Phase.FIRST || phase == Phase.OTHERS;
        return switch (conduct.stopping()) {
            case ALL -> running && !isCommitting();
            case FIRST -> phase == Phase.FIRST && writer == shares.first().writer() && !answer.isReady();
            case NONE -> false;
        };
    }

    /** Whether some writers may have committed something, and others not. */
    boolean isCommitting() {
        return conduct.isLasting() || ending.isCommitting() || (commit != null && commit.isCommitting());
    }

    /** Whether nothing goes on any more without the client. */
    boolean isSettled() {
        return phase == Phase.OVER || (!complete && backlog.isEmpty() && shares.all(Share::isQuiet));
    }

    /**
     * A message of the client's.
     *
     * @param kind of {@link ExpectedAnswers}, or 0 for one that is not answered
     * @param frame owned by the callee
     * @param all whether the others are to get it
     * @param atOnce whether they need not wait for the first
     */
    void message(byte kind, Frame frame, boolean all, boolean atOnce) {
        ByteBuf bytes = frame.bytes();
        if (commit != null && commit.isRefused() && kind != ExpectedAnswers.SYNC) {
            bytes.release(); // as all is skipped behind an error
        } else if (copying.keeps(kind)) {
            bytes.release();
            complete = true;
            if (!shares.first().isQuiet()) {
                hurry();
            }
        } else {
            send(kind, bytes, all, atOnce);
        }
    }

    private void send(byte kind, ByteBuf bytes, boolean all, boolean atOnce) {
        complete |= kind >= ExpectedAnswers.QUERY;
        if (kind == ExpectedAnswers.QUERY || kind == ExpectedAnswers.EXECUTE) {
            answer.executes(all);
        }
        if (all && atOnce) {
            shares.sendOthers(kind, bytes);
        } else {
            backlog.add(kind, all ? bytes : null);
        }
        shares.first().send(kind, bytes);
        if (begun
                && kind >= ExpectedAnswers.QUERY
                && !copy.isAwaited()
                && shares.first().error() == null) {
            shares.first().check();
        }
    }

    /** A COMMIT of the client's; owned by the callee. */
    void commit(byte kind, Frame frame) {
        if (commit != null && commit.isRefused()) {
            frame.release();
            return;
        }
        begun = false;
        complete |= kind >= ExpectedAnswers.QUERY;
        commit = new ClientCommit(
                shares, backlog, kind, frame.bytes(), session.rules().impossibleName());
        if (!simple) {
            hurry();
        }
        session.answersComplete();
    }

    /** Something of COPY; owned by the callee. */
    void data(ByteBuf bytes) {
        copy.data(bytes);
    }

    /** CopyDone or CopyFail; owned by the callee. */
    void dataEnds(ByteBuf bytes) {
        copy.end(bytes);
    }

    /** Has the first answer what it has been sent. */
    void hurry() {
        shares.first().writer().upstream().send(ExtendedCommand.flush());
    }

    /** A writer is gone, within what cannot be taken back: the others are to do what they have been sent. */
    void lost(Writer writer, PgError why) {
        loss = "writer " + writer.name() + " was lost while all were to do it: " + why.message();
        shares.lost(writer, why);
    }

    /** Goes on as far as it can. */
    void goOn() {
        String lost = loss;
        if (lost != null) {
            if (phase != Phase.OVER && shares.all(Share::isQuiet)) {
                session.fail(Verdicts.lost(ending.said(), lost));
            }
            return;
        }
        if (phase == Phase.FIRST) {
            goOnWithFirst();
        }
        if (simple) {
            shares.forEach(Share::syncIfUnbegun);
        }
        if (phase == Phase.OTHERS) {
            copying.goOnBehind();
        }
        if (phase == Phase.OTHERS && shares.all(Share::isDone) && !session.isCancelling()) {
            decide();
        }
        if (phase == Phase.ENDING && shares.all(Share::isEnded)) {
            ended();
        }
    }

    private void goOnWithFirst() {
        boolean failed = hasFailed();
        if (failed) {
            backlog.drop();
        }
        boolean held = conduct.stopping() != Stopping.ALL && session.isCancelling();
        if (!failed && !held) {
            leaveToOthers();
        }
        goOnWithCopy();
        tellFirstError();
        if (commit != null && !commit.isOver()) {
            commit.goOn(session.isCancelling());
            commitGone(commit);
        }
        if (answer.isReady() && shares.first().isCheckOver() && !copy.isBreaking() && !held) {
            if (hasFailed() && backlog.clear()) {
                shares.syncOthers();
            }
            phase = Phase.OTHERS;
        }
    }

    /** The others are not to do what the first has not done, unless it has kept a part of it. */
    private boolean hasFailed() {
        boolean kept = conduct.isLasting() && simple && answer.tags().stream().anyMatch(Verdicts::isCommit);
        return (shares.first().error() != null && !kept) || shares.any(share -> share.notBegun() != null);
    }

    private void leaveToOthers() {
        boolean checked = shares.first().isCheckOver();
        for (Backlog.Waiting next = backlog.next(answer, checked); next != null; next = backlog.next(answer, checked)) {
            ByteBuf bytes = next.bytes();
            if (bytes != null) {
                shares.sendOthers(next.kind(), bytes);
                bytes.release();
                if (begun
                        && next.kind() >= ExpectedAnswers.QUERY
                        && shares.first().isChecked()) {
                    shares.others().forEach(Share::check);
                }
            }
            if (next.kind() == 0 && !answer.isCopyIn()) {
                reply.passHeld(); // the client may wait for it before it sends more
            }
        }
        if (session.isOrphaned() || (commit != null && !commit.isOver() && !simple)) {
            shares.others().forEach(other -> other.writer().upstream().send(ExtendedCommand.flush()));
        }
    }

    /**
     * The client's message is whole.
     *
     * @return whether that was waited for
     */
    boolean messageEnds() {
        return copying.messageEnds();
    }

    private void goOnWithCopy() {
        complete &= !copying.goOn();
        if (copying.isSyncDue()) {
            send(ExpectedAnswers.SYNC, ExtendedCommand.sync(), true, false);
        }
    }

    private void tellFirstError() {
        PgError error = shares.first().error();
        if (error != null && !complete && (commit == null || commit.isOver())) {
            if (answer.error() == null) {
                reply.refuse(error);
            }
            reply.tellError();
        }
    }

    private void commitGone(ClientCommit asked) {
        PgError error = asked.error();
        if (asked.isRefused()) {
            if (asked.isChecked()) {
                ending.rollsBack();
            }
            if (error != null) {
                reply.refuse(error);
            }
            if (simple) {
                end(false);
            } else {
                reply.tellError();
            }
        } else if (asked.isOver()) {
            commit = null;
        }
    }

    private void decide() {
        List<Verdicts.Said> all = shares.said();
        boolean agreed = Verdicts.agree(all);
        if (agreed && begun && !shares.all(Share::isChecked)) {
            shares.forEach(Share::check); // of COPY, behind which nothing could be asked
            session.flush();
            return;
        }
        PgError judged = Verdicts.judge(all, isCommitting());
        PgError first = all.get(0).error();
        if (conduct.isOfSession()
                && all.stream().map(Verdicts.Said::tags).distinct().count() > 1) {
            session.fail(Verdicts.error(all, false));
            return;
        }
        if (judged != null) {
            reply.refuse(judged);
        } else if (answer.error() == null && first != null) {
            reply.refuse(first);
        }
        end(agreed && !reply.isRefused());
    }

    private void end(boolean keep) {
        phase = Phase.ENDING;
        if (begun) {
            ending.endOwn(keep);
        } else {
            ending.align();
        }
        session.flush();
    }

    private void ended() {
        phase = Phase.OVER;
        PgError wrong = ending.error();
        if (wrong != null) {
            reply.refuseInstead(wrong);
        }
        reply.end(shares.first().writer().status());
        session.exchangeOver();
    }

    /** The session is over. */
    void abandon() {
        phase = Phase.OVER;
        reply.release();
        backlog.drop();
        copy.release();
        if (commit != null) {
            commit.release();
        }
    }
}
