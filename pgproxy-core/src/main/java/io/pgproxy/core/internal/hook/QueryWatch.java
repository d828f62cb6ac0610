package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.guard.OwnBlock;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees the answer to a Query or FunctionCall, statement by statement. */
final class QueryWatch extends ResultWatch implements OwnBlock.Wrapped {
    private final List<HookExecution> executions;
    private final List<List<Names.Change<?>>> changes;
    private int at;
    private final Names.@Nullable Change<?> unnamed;
    private final boolean wrapped;
    private boolean passedOn;

    /**
     * A watch.
     *
     * @param executions one for each statement
     * @param changes what each statement does to names
     * @param unnamed what it does to the unnamed prepared statement
     * @param wrapped whether it runs in a block of the proxy's own
     */
    QueryWatch(
            HookSession session,
            HookSteering steering,
            List<HookExecution> executions,
            List<List<Names.Change<?>>> changes,
            Names.@Nullable Change<?> unnamed,
            boolean wrapped) {
        super(session, steering);
        this.executions = executions;
        this.changes = changes;
        this.unnamed = unnamed;
        this.wrapped = wrapped;
    }

    @Override
    @Nullable
    HookExecution running() {
        return at < executions.size() ? executions.get(at) : null;
    }

    @Override
    public void begins(Upstream upstream) {
        if (unnamed != null) {
            unnamed.confirm();
        }
        super.begins(upstream);
    }

    @Override
    public Interest interest() {
        return wrapped ? super.interest().cut(BackendTag.READY_FOR_QUERY) : super.interest();
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (wrapped && frame.tag() == 'Z' && !isCutting()) {
            passedOn = steering().ownBlock().ready(frame, upstream);
        } else {
            super.answered(frame, upstream);
        }
    }

    @Override
    public boolean isCut() {
        return isCutting();
    }

    @Override
    void statementComplete(HookExecution execution) {
        changes.get(at).forEach(Names.Change::confirm);
        at++;
        if (running() == null) {
            stopClock();
        }
    }

    @Override
    public void noted(byte tag, Upstream upstream) {
        HookExecution execution = running();
        if (tag != 'Z') {
            super.noted(tag, upstream);
        } else if (execution != null) {
            stopClock();
            at = executions.size(); // a FunctionCall has no command tag
            steering().statementRan();
            execution.succeeded();
        }
    }

    @Override
    void failed(PgError error) {
        stopClock();
        HookExecution failing = running();
        List<HookExecution> rest = executions.subList(Math.min(at, executions.size()), executions.size());
        changes.subList(Math.min(at, changes.size()), changes.size()).forEach(list -> list.forEach(Names.Change::drop));
        at = executions.size();
        steering().statementFailed();
        if (failing != null) {
            failing.failed(error);
        }
        rest.forEach(HookExecution::skipped);
    }

    @Override
    void unanswered() {
        stopClock();
        changes.forEach(list -> list.forEach(Names.Change::drop));
        if (unnamed != null) {
            unnamed.drop();
        }
        at = executions.size();
        executions.forEach(HookExecution::skipped);
    }

    @Override
    void swallowed(Frame frame, Upstream upstream) {
        byte tag = frame.tag();
        if (tag == 'G') {
            frame.release();
            steering().cuts().endCopy(upstream);
            return;
        }
        if (tag != 'Z') {
            frame.release();
            return;
        }
        if (wrapped) {
            passedOn = steering().ownBlock().ready(frame, upstream);
            return;
        }
        boolean inBlock = TransactionStatus.of(frame.body().getByte(0)) == TransactionStatus.IN_TRANSACTION;
        if (inBlock && upstream.expected().size() == 1) {
            frame.release();
            passedOn = true;
            steering().cuts().failBlock(upstream); // its ReadyForQuery takes this one's place
        } else {
            upstream.relay(frame.bytes());
        }
    }

    @Override
    public boolean standsForClients() {
        return !passedOn;
    }
}
