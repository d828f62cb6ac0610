package io.pgproxy.core.internal.fanout;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all writers are told behind an exchange, so that they are in one state afterwards. */
final class Ending {
    private final Shares shares;
    private final String impossibleName;
    private boolean committing;
    private boolean rollsBack;

    /** {@code impossibleName} is what no client calls anything. */
    Ending(Shares shares, String impossibleName) {
        this.shares = shares;
        this.impossibleName = impossibleName;
    }

    /** Whether all have been told to keep what they have done. */
    boolean isCommitting() {
        return committing;
    }

    /** What each of them has said last. */
    List<Verdicts.Said> said() {
        return committing ? shares.saidAtEnd() : shares.said();
    }

    /** What was wrong with COMMIT; null if nothing was. */
    @Nullable
    PgError error() {
        List<Verdicts.Said> all = said();
        if (!committing || Verdicts.agree(all)) {
            return null;
        }
        return Verdicts.error(all, all.stream().anyMatch(each -> each.error() == null));
    }

    /** The client's own block is to end. */
    void rollsBack() {
        rollsBack = true;
    }

    /** The end of a block of ours. */
    void endOwn(boolean keep) {
        committing = keep;
        shares.forEach(share -> share.end(keep ? "COMMIT" : "ROLLBACK"));
    }

    /** Has all of them in the state that the worst of them is in. */
    void align() {
        boolean failed = shares.any(share -> share.writer().status() == TransactionStatus.FAILED);
        boolean idle = rollsBack || shares.any(share -> share.writer().status() == TransactionStatus.IDLE);
        for (Share share : shares) {
            TransactionStatus status = share.writer().status();
            if (idle && status != TransactionStatus.IDLE) {
                share.end("ROLLBACK");
            } else if (failed && status == TransactionStatus.IN_TRANSACTION) {
                share.fail(impossibleName);
            }
        }
    }
}
