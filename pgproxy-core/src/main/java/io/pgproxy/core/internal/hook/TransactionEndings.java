package io.pgproxy.core.internal.hook;

import io.pgproxy.hook.Ending;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.protocol.TransactionStatus;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out how each transaction of a session ends, from command tags and ReadyForQuery, and tells those who observe.
 */
final class TransactionEndings {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionEndings.class);

    private final HookSession session;
    private TransactionStatus last;
    private boolean ran;
    private boolean failed;
    private boolean told;

    TransactionEndings(HookSession session, TransactionStatus status) {
        this.session = session;
        this.last = status;
    }

    /** A statement of the exchange at hand has succeeded. */
    void statementRan() {
        ran = true;
    }

    /** A statement of the exchange at hand has failed. */
    void statementFailed() {
        ran = true;
        failed = true;
    }

    /** A command tag says that a transaction has ended. */
    void tagged(Ending ending, List<Registered<ObserveHook>> observers) {
        told = true;
        tell(ending, observers);
    }

    /** ReadyForQuery has come. */
    void exchangeEnded(TransactionStatus status, List<Registered<ObserveHook>> observers) {
        boolean idle = status == TransactionStatus.IDLE;
        if (idle && !told && (last != TransactionStatus.IDLE || ran)) {
            boolean undone = failed || last == TransactionStatus.FAILED;
            tell(undone ? Ending.ROLLED_BACK : Ending.COMMITTED, observers);
        }
        last = status;
        ran = false;
        failed = false;
        told = false;
    }

    /**
     * The session is over.
     *
     * @param mayCommit whether something was on its way that commits
     */
    void sessionEnded(boolean mayCommit, List<Registered<ObserveHook>> observers) {
        if (mayCommit) {
            tell(Ending.UNKNOWN, observers);
        } else if (last != TransactionStatus.IDLE) {
            tell(Ending.ROLLED_BACK, observers);
        }
    }

    private void tell(Ending ending, List<Registered<ObserveHook>> observers) {
        for (Registered<ObserveHook> hook : observers) {
            try {
                hook.hook().transactionEnded(session, ending);
            } catch (RuntimeException e) {
                LOG.warn("hook {} failed: {}", hook.name(), e.getClass().getName());
                LOG.debug("hook {} failed", hook.name(), e);
            }
        }
    }
}
