package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.Limit;
import io.pgproxy.core.internal.guard.Timed;
import io.pgproxy.core.internal.limit.OverLimit;
import io.pgproxy.core.internal.session.CommandTag;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.hook.Ending;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.server.PgErrorException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sees an answer that holds results: tells executions what became of them, and ends a result that a limit or a
 * transform does not let pass. The rest of such an answer is swallowed.
 */
abstract class ResultWatch extends Watch implements Timed {
    private final HookSteering steering;
    private @Nullable Upstream current;
    private boolean cutting;
    private long mark;
    private Duration longest = Duration.ZERO;
    private long began;
    private boolean tooLong;

    ResultWatch(HookSession session, HookSteering steering) {
        super(session);
        this.steering = steering;
    }

    /** Whose result comes now; null if none is due. */
    abstract @Nullable HookExecution running();

    /** A statement is complete. */
    abstract void statementComplete(HookExecution execution);

    /** A message of a result that was cut off; owned by the callee. */
    abstract void swallowed(Frame frame, Upstream upstream);

    final HookSteering steering() {
        return steering;
    }

    @Override
    public Interest interest() {
        HookExecution execution = running();
        ResultFlow flow = execution == null ? null : execution.flow();
        return cutting ? Upstream.SWALLOWED : flow == null ? Upstream.WATCHED : flow.interest();
    }

    @Override
    public boolean relays() {
        return !cutting;
    }

    @Override
    public void begins(Upstream upstream) {
        super.begins(upstream);
        current = upstream;
        mark = upstream.position();
        HookExecution execution = running();
        PgError unshapable = execution == null ? null : execution.statement().unshapable();
        if (unshapable != null) {
            cut(unshapable);
        }
    }

    final boolean isCutting() {
        return cutting;
    }

    /** Its time runs from now on. */
    final void startClock(Duration limit) {
        longest = limit;
        began = steering.session().loop().ticker().nanoTime();
        steering.clock().runs(this);
    }

    /** It has ended: what is cancelled from now on is so for another reason. */
    final void stopClock() {
        steering.clock().over(this);
        if (tooLong) {
            steering.session().overTime(null);
        }
    }

    @Override
    public final long began() {
        return began;
    }

    @Override
    public final long longest() {
        return longest.toNanos();
    }

    @Override
    public final void timeIsOver() {
        PgError error = OverLimit.time(longest);
        if (!tooLong) {
            tooLong = true;
            steering.session().metrics().limited(Limit.TIME);
        }
        steering.session().overTime(error);
        Upstream upstream = current;
        steering.cuts().outOfTime(upstream == null ? steering.route().upstream() : upstream, error);
    }

    /** Ends the result. */
    private void cut(PgError error) {
        Upstream upstream = current;
        HookExecution execution = running();
        if (upstream != null && execution != null && !cutting) {
            upstream.passSeen();
            flush(upstream);
            ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
            error.writeError(bytes);
            upstream.relay(bytes);
            cutting = true;
            upstream.interestChanged();
            count(execution, 0, upstream);
            fail(error);
            steering.cuts().cutOff(upstream);
        }
    }

    @Override
    public void noted(byte tag, Upstream upstream) {
        HookExecution execution = running();
        if (execution == null) {
            return;
        }
        ResultFlow flow = execution.flow();
        switch (tag) {
            case 'D', 'd' -> {
                if (flow != null) {
                    counted(flow, upstream);
                }
            }
            case 'N', 'S' -> {
                if (flow != null) {
                    flow.disturbed();
                }
            }
            case 's' -> suspended(execution, upstream);
            case 'I' -> complete(execution, 0, "", upstream);
            default -> {
                // says nothing of a result
            }
        }
    }

    private void counted(ResultFlow flow, Upstream upstream) {
        try {
            flow.counted(upstream.position() - mark);
        } catch (PgErrorException limit) {
            cut(limit.error());
            return;
        }
        if (flow.hasAllRows()) {
            upstream.interestChanged();
        }
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        HookExecution execution = running();
        ResultFlow flow = execution == null ? null : execution.flow();
        if (cutting) {
            swallowed(frame, upstream);
        } else if (flow != null && frame.tag() != 'D' && frame.tag() != 'd') {
            flush(upstream);
            other(flow, frame, upstream);
        } else if (flow != null) {
            row(flow, frame, upstream);
        } else {
            super.answered(frame, upstream);
        }
    }

    private void other(ResultFlow flow, Frame frame, Upstream upstream) {
        if (frame.tag() == 'T') {
            described(flow, frame, upstream);
        } else {
            super.answered(frame, upstream);
        }
    }

    private void described(ResultFlow flow, Frame frame, Upstream upstream) {
        ByteBuf shown;
        try {
            shown = flow.describe(frame);
        } catch (PgErrorException failure) {
            cut(failure.error());
            return;
        } catch (RuntimeException failure) {
            cut(failure(failure));
            return;
        }
        upstream.relay(shown);
        upstream.interestChanged();
    }

    private void row(ResultFlow flow, Frame frame, Upstream upstream) {
        try {
            flow.take(frame);
        } catch (RuntimeException failure) {
            cut(errorOf(failure));
            return;
        }
        if (flow.hasEnough()) {
            flush(upstream);
        }
    }

    @Override
    public void taken(byte tag, ByteBuf buffer, int from, int length, Upstream upstream) {
        HookExecution execution = running();
        ResultFlow flow = execution == null ? null : execution.flow();
        if (flow != null && !cutting) {
            try {
                flow.take(tag, buffer, from, length);
            } catch (RuntimeException failure) {
                cut(errorOf(failure));
                return;
            }
            if (flow.hasEnough()) {
                flush(upstream);
            }
        }
    }

    @Override
    public void flush(Upstream upstream) {
        HookExecution execution = running();
        ResultFlow flow = execution == null ? null : execution.flow();
        ByteBuf rows = flow == null ? null : flow.takeRows();
        if (rows != null) {
            upstream.relay(rows);
        }
    }

    private PgError errorOf(RuntimeException failure) {
        if (failure instanceof PgErrorException refused) {
            return refused.error();
        }
        return failure instanceof ProtocolException malformed ? PgError.of(malformed) : failure(failure);
    }

    private PgError failure(RuntimeException cause) {
        steering.log(cause);
        return PgError.of(SqlState.SYSTEM_ERROR, "a row could not be transformed");
    }

    @Override
    public void completed(ByteBuf buffer, int from, int length, Upstream upstream) {
        HookExecution execution = running();
        if (execution != null) {
            ResultFlow flow = execution.flow();
            boolean kept = endsTransaction(buffer.getByte(from)) || (flow != null && flow.isRecording());
            String tag = kept ? buffer.toString(from, length, StandardCharsets.ISO_8859_1) : "";
            complete(execution, CommandTag.rows(buffer, from, length), tag, upstream);
        }
    }

    private void complete(HookExecution execution, long rows, String tag, Upstream upstream) {
        ResultFlow flow = execution.flow();
        if (flow != null) {
            flow.complete(tag);
        }
        count(execution, rows, upstream);
        Ending ending = ending(tag, execution);
        if (ending != null) {
            steering.transactionEnded(ending);
        }
        steering.statementRan();
        statementComplete(execution);
        execution.succeeded();
        if (running() != null) {
            upstream.interestChanged();
        }
    }

    private void suspended(HookExecution execution, Upstream upstream) {
        stopClock();
        count(execution, suspendedRows(), upstream);
    }

    /** How many rows an Execute has asked for. */
    long suspendedRows() {
        return 0;
    }

    private void count(HookExecution execution, long tagged, Upstream upstream) {
        flush(upstream);
        long position = upstream.position();
        ResultFlow flow = execution.flow();
        long rows = flow != null && flow.counts() ? flow.takeSentRows(tagged) : tagged;
        execution.ran(rows, position - mark);
        mark = position;
    }

    /** Whether a command tag that begins so may be one of those that {@link #ending} knows. */
    private static boolean endsTransaction(byte first) {
        return first == 'C' || first == 'R' || first == 'P';
    }

    private static @Nullable Ending ending(String tag, HookExecution execution) {
        return switch (tag) {
            case "COMMIT" -> Ending.COMMITTED;
            case "ROLLBACK" ->
                switch (execution.statement().facts().kind()) {
                    case ROLLBACK_TO -> null;
                    default -> Ending.ROLLED_BACK;
                };
            case "PREPARE TRANSACTION" -> Ending.UNKNOWN;
            default -> null;
        };
    }
}
