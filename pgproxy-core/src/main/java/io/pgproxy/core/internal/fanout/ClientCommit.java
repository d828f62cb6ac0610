package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import org.jspecify.annotations.Nullable;

/**
 * A COMMIT of the client's own, by a Query or within a batch: kept until all have done what stands before it, and what
 * is deferred until COMMIT holds on all of them. Only then it goes out, to all at once.
 */
final class ClientCommit {
    private enum State {
        /** All have to answer what stands before it. */
        WAITING,
        /** They are asked whether what is deferred holds. */
        CHECKING,
        /** They do it. */
        COMMITTING,
        /** All have done it. */
        DONE,
        /** None of them gets it. */
        REFUSED
    }

    private final Shares shares;
    private final Backlog backlog;
    private final byte kind;
    private final String name;
    private @Nullable ByteBuf message;
    private State state = State.WAITING;
    private boolean checked;
    private @Nullable PgError error;

    /** {@code kind} is QUERY, or EXECUTE; {@code message} is owned by this; {@code name} is nobody's. */
    ClientCommit(Shares shares, Backlog backlog, byte kind, ByteBuf message, String name) {
        this.shares = shares;
        this.backlog = backlog;
        this.kind = kind;
        this.message = message;
        this.name = name;
    }

    private boolean isBatch() {
        return kind == ExpectedAnswers.EXECUTE;
    }

    /** Whether it has been sent, and not all have answered. */
    boolean isCommitting() {
        return state == State.COMMITTING;
    }

    boolean isRefused() {
        return state == State.REFUSED;
    }

    /** Whether nothing waits for it any more. */
    boolean isOver() {
        return state == State.DONE || state == State.REFUSED;
    }

    /** Whether all were asked for what is deferred. */
    boolean isChecked() {
        return checked;
    }

    /** Why it is refused, if that is for it to say. */
    @Nullable
    PgError error() {
        return error;
    }

    /**
     * Goes on as far as it can.
     *
     * @param cancelling whether some cancel would hit what is sent now
     */
    void goOn(boolean cancelling) {
        boolean settled = backlog.isEmpty() || shares.any(share -> share.error() != null);
        if (state == State.WAITING && settled && isQuiet()) {
            check();
        }
        if (state == State.CHECKING && shares.all(Share::isCheckOver) && !cancelling) {
            commit();
        }
        if (state == State.COMMITTING && isBatch() && isQuiet()) {
            state = State.DONE;
            if (!Verdicts.agree(shares.said())) {
                refuse(Verdicts.error(shares.said(), true));
            }
        }
    }

    private boolean isQuiet() {
        return shares.all(Share::isQuiet);
    }

    private void check() {
        if (!Verdicts.agree(shares.said())) {
            refuse(Verdicts.judge(shares.said(), false));
            return;
        }
        state = State.CHECKING;
        checked = true;
        if (isBatch()) {
            if (!shares.any(share -> share.writer().upstream().isBlockFailed())) {
                shares.forEach(share -> share.checkInBatch(name));
            }
        } else if (shares.all(share -> share.writer().status() == TransactionStatus.IN_TRANSACTION)) {
            shares.forEach(Share::check);
        }
    }

    private void commit() {
        if (shares.any(share -> share.error() != null)) {
            PgError first = shares.first().error();
            boolean all = shares.all(share -> share.error() != null);
            refuse(all && first != null ? first : Verdicts.error(shares.said(), false));
            return;
        }
        state = State.COMMITTING;
        ByteBuf bytes = message;
        message = null;
        if (bytes != null) {
            shares.answer().executes(true);
            backlog.add(kind, null); // the others have it already
            shares.sendOthers(kind, bytes);
            shares.first().send(kind, bytes);
            if (isBatch()) {
                shares.forEach(share -> share.writer().upstream().send(ExtendedCommand.flush()));
            }
        }
    }

    private void refuse(@Nullable PgError why) {
        state = State.REFUSED;
        error = why;
        release();
    }

    void release() {
        if (message != null) {
            message.release();
            message = null;
        }
    }
}
