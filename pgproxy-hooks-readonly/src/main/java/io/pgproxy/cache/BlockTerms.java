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
    private boolean defaultIsReadCommitted;
    private boolean readCommitted;
    private boolean begun;

    /** What blocks are that do not say it. */
    void byDefault(boolean isReadCommitted) {
        defaultIsReadCommitted = isReadCommitted;
    }

    /** {@return whether blocks that do not say so see what is committed} */
    boolean isReadCommittedByDefault() {
        return defaultIsReadCommitted;
    }

    /** {@return whether the block at hand does} */
    boolean isReadCommitted() {
        return readCommitted;
    }

    /** {@return whether the block at hand was begun by a Query of its own, which nothing before it can have skipped} */
    boolean isCertain() {
        return begun;
    }

    /** A statement is about to run that begins, ends or shapes a transaction. */
    void willRun(Execution execution, TransactionControl control) {
        switch (control.action()) {
            case BEGIN -> {
                begun = execution.statement().form() == Statement.Form.QUERY;
                if (execution.transaction() == TransactionStatus.IDLE) {
                    readCommitted = isReadCommitted(control.isolation());
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

    private boolean isReadCommitted(@Nullable Isolation isolation) {
        return isolation == null
                ? defaultIsReadCommitted
                : isolation == Isolation.READ_COMMITTED || isolation == Isolation.READ_UNCOMMITTED;
    }
}
