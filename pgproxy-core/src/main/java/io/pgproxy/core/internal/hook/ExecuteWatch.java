package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees the answer to one Execute. */
final class ExecuteWatch extends ResultWatch {
    private final HookExecution execution;
    private final HookExchange batch;
    private final List<Names.Change<?>> changes;
    private final int maxRows;

    ExecuteWatch(
            HookSession session,
            HookSteering steering,
            HookExecution execution,
            List<Names.Change<?>> changes,
            int maxRows) {
        super(session, steering);
        this.execution = execution;
        this.batch = steering.exchange();
        this.changes = changes;
        this.maxRows = maxRows;
    }

    @Override
    @Nullable
    HookExecution running() {
        return execution;
    }

    @Override
    void statementComplete(HookExecution complete) {
        stopClock();
        changes.forEach(Names.Change::confirm);
    }

    @Override
    long suspendedRows() {
        return maxRows;
    }

    @Override
    void failed(PgError error) {
        stopClock();
        changes.forEach(Names.Change::drop);
        steering().statementFailed();
        execution.failed(error);
    }

    @Override
    void unanswered() {
        stopClock();
        changes.forEach(Names.Change::drop);
        if (!execution.hasRun()) {
            execution.skipped();
        }
    }

    @Override
    void swallowed(Frame frame, Upstream upstream) {
        byte tag = frame.tag();
        frame.release();
        if (tag == 'C' || tag == 's' || tag == 'I') {
            // It came to its end before it could be cancelled: what it did must not stay.
            steering().cuts().failBatch(batch, upstream, steering().traffic());
        }
    }
}
