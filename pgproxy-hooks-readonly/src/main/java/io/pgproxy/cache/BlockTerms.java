package io.pgproxy.cache;

import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.sql.TransactionControl;
import io.pgproxy.sql.TransactionControl.Isolation;
import org.jspecify.annotations.Nullable;

/**
 * Whether each statement of a session's block sees what is committed by then. On the session's event loop only; asked
 * and told when messages are decided on, in their order.
 */
final class BlockTerms {
    private boolean readCommitted;
    private boolean begun;

    /** {@return whether the block at hand does} */
    boolean isReadCommitted() {
        return readCommitted;
    }

    /** {@return whether the block at hand was begun by a Query of its own, which nothing before it can have skipped} */
    boolean isCertain() {
        return begun;
    }

    /**
     * A statement is about to run that begins, ends or shapes a transaction.
     *
     * @param byDefault whether a block that does not say so sees what is committed
     */
    void willRun(Execution execution, TransactionControl control, boolean byDefault) {
        switch (control.action()) {
            case BEGIN -> {
                begun = execution.statement().form() == Statement.Form.QUERY;
                if (execution.transaction() == TransactionStatus.IDLE) {
                    readCommitted = control.isolation() == null ? byDefault : isReadCommitted(control.isolation());
                } else {
                    shaped(control.isolation());
                }
            }
            case SET_TRANSACTION -> shaped(control.isolation());
            case SET_SNAPSHOT -> readCommitted = false;
            case COMMIT, ROLLBACK, PREPARE -> begun = false;
            default -> {}
        }
    }

    /** A level that is asked for again within a block is kept or refused; one that is not known counts as another. */
    private void shaped(@Nullable Isolation isolation) {
        if (isolation != null) {
            readCommitted &= isReadCommitted(isolation);
        }
    }

    private static boolean isReadCommitted(Isolation isolation) {
        return isolation == Isolation.READ_COMMITTED || isolation == Isolation.READ_UNCOMMITTED;
    }
}
