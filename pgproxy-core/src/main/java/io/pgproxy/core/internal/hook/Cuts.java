package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.RefusalAnswer;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.core.internal.session.Swallowed;
import io.pgproxy.core.internal.session.Traffic;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;

/**
 * Sees to it that the transaction of a result that was cut off fails, though the server has let all of it succeed. What
 * would have to be undone then must not be on its way meanwhile.
 */
final class Cuts {
    private final ServingPhase serving;
    private boolean mustSettle;
    private boolean timed;
    private boolean inBatch;
    private boolean beforeSync;

    Cuts(ServingPhase serving) {
        this.serving = serving;
    }

    /** Everything sent was answered. */
    void settled() {
        mustSettle = false;
        timed = false;
    }

    /** Whether what comes next waits for the answers to what was sent. */
    boolean mustSettle() {
        return mustSettle;
    }

    /** Whether Sync does: what has written must not be committed. */
    boolean mustSettleBeforeSync() {
        return beforeSync;
    }

    /** A result is about to be asked for that may be cut off. */
    void mayCome(HookExecution execution, boolean batchGoesOn, TransactionStatus transaction) {
        ResultFlow flow = execution.flow();
        if (flow != null && flow.isTimed()) {
            timed = true; // it can be cancelled as long as nothing was sent behind it
            mustSettle = true;
        }
        if (flow != null && flow.mayCut()) {
            mustSettle |= batchGoesOn || transaction != TransactionStatus.IDLE;
            beforeSync |= batchGoesOn && execution.statement().effects().mayWrite();
        }
    }

    /** Sync has been sent. */
    void exchangeWhole(TransactionStatus transaction) {
        beforeSync = false;
        mustSettle &= timed || transaction != TransactionStatus.IDLE;
    }

    /** Whether a result was cut off in the batch at hand, and the batch has not failed for it. */
    boolean isInBatch() {
        return inBatch;
    }

    /** The batch has failed, or needs not. */
    void batchOver() {
        inBatch = false;
    }

    /** A result was cut off: the upstream need not go on with it. */
    void cutOff(Upstream upstream) {
        serving.cancelOwn(upstream);
    }

    /** What runs has taken too long. */
    void outOfTime(Upstream upstream, PgError error) {
        if (!upstream.expected().isCopyingIn()) {
            serving.cancelOwn(upstream);
        } else if (!serving.failCopy(upstream, "canceled by the proxy")) {
            serving.abort(error.fatal());
        }
    }

    /** Behind what was cut off the server waits for data: the client will not send any. */
    void endCopy(Upstream upstream) {
        serving.endCopy(upstream);
    }

    /** The batch must not succeed, though all of it that was sent has. */
    void failBatch(HookExchange batch, Upstream upstream, Traffic traffic) {
        if (batch.complete()) {
            inBatch = true; // its Sync is on its way
        } else if (upstream.expected().size() == 1) {
            traffic.ask(ExpectedAnswers.EXECUTE, new Swallowed(false), RefusalAnswer.impossibleExecute("pgproxy-cut"));
            upstream.flush();
        }
    }

    /** The block must not go on, though its last statement has succeeded. */
    void failBlock(Upstream upstream) {
        serving.failBlock(upstream);
    }
}
