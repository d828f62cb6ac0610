package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import java.util.List;

/** Has COPY FROM STDIN begin, or fail, as the writers say; and the Sync behind it come where servers heed it. */
final class CopyProgress {
    private final FanOutSession session;
    private final Shares shares;
    private final CopyIn copy;
    private final KeptSync sync;
    private final Reply reply;

    CopyProgress(FanOutSession session, Shares shares, CopyIn copy, Reply reply) {
        this.session = session;
        this.shares = shares;
        this.copy = copy;
        this.sync = new KeptSync(shares, copy);
        this.reply = reply;
    }

    /** {@return whether a message of this kind is the end of a batch that is to be kept} */
    boolean keeps(byte kind) {
        return kind == ExpectedAnswers.SYNC && sync.keeps();
    }

    /** {@return whether the Sync that was kept is to be sent now} */
    boolean isSyncDue() {
        return sync.isDue();
    }

    /**
     * Goes on as far as it can.
     *
     * @return whether the Sync that was kept is void: the client sends another
     */
    boolean goOn() {
        if (shares.any(share -> share.error() != null)) {
            fail(session.isBetweenMessages());
            return false;
        }
        ByteBuf response = copy.open();
        if (response == null) {
            return false;
        }
        session.toClient(response);
        copy.sendEarly();
        return sync.isVoid();
    }

    /**
     * The client's message is whole: nothing more of a COPY that has failed is to come.
     *
     * @return whether that was waited for
     */
    boolean messageEnds() {
        boolean breaking = copy.isBreaking();
        if (breaking) {
            fail(true);
        }
        return breaking;
    }

    /** All has been sent: one that has failed elsewhere meanwhile may ask for its data only now. */
    void goOnBehind() {
        if (shares.any(share -> share.error() != null)) {
            fail(true);
        }
    }

    private void fail(boolean betweenMessages) {
        List<Verdicts.Said> said = shares.said();
        if (copy.fail(betweenMessages) && said.get(0).error() == null) {
            reply.refuse(Verdicts.error(said, false));
        }
    }
}
