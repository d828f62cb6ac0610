package io.pgproxy.core.internal.guard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.Limit;
import io.pgproxy.core.Limits;
import io.pgproxy.core.internal.limit.OverLimit;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.CommandTag;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.hook.Outcome;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.StatementKind;
import org.jspecify.annotations.Nullable;

/**
 * Sees the answer to one Query, Execute or FunctionCall: counts it, and cuts off a result that is over a limit. The
 * rest of such an answer is swallowed. Made once and used again, so that a query costs no memory.
 */
final class WatchedAnswer implements AnswerOwner, OwnBlock.Wrapped, Timed {
    static final Interest TAGS = Upstream.WATCHED.show(BackendTag.COMMAND_COMPLETE);
    private static final Interest LAST_ROW = TAGS.take(BackendTag.DATA_ROW, BackendTag.COPY_DATA);
    private static final Interest LAST_ROW_OF_BLOCK = LAST_ROW.cut(BackendTag.READY_FOR_QUERY);
    private final WatchedAnswers answers;
    private Limits limits = Limits.DEFAULT;
    private long exchange;

    // What was asked.
    private boolean simple;
    private @Nullable SqlAnalysis text;
    private Prepared statement = Prepared.UNKNOWN;
    private @Nullable OpenPortal portal;
    private boolean cuttable;
    private boolean inOwnBlock;

    // What has come of it.
    private @Nullable Upstream current;
    private int at;
    private long rows;
    private long bytesBefore;
    private long mark;
    private boolean cut;
    private boolean timeOver;
    private boolean mustCut;
    private boolean unwanted;
    private boolean told;
    private boolean over;
    private boolean passedOn;

    // Where the time went.
    private long arrived;
    private long queued;
    private long sent;
    private long began;
    private long since;
    private long before;

    WatchedAnswer(WatchedAnswers answers) {
        this.answers = answers;
    }

    void begin(Limits inForce, long ofExchange, long arrivedAt, long waited, long now) {
        limits = inForce;
        exchange = ofExchange;
        arrived = arrivedAt;
        queued = waited;
        sent = now;
        simple = true;
        text = null;
        statement = Prepared.UNKNOWN;
        portal = null;
        current = null;
        at = 0;
        rows = 0;
        bytesBefore = 0;
        before = 0;
        inOwnBlock = false;
        cut = false;
        timeOver = false;
        mustCut = false;
        unwanted = false;
        told = false;
        over = false;
        passedOn = false;
    }

    /** {@code several} is the text if it has more than one statement. */
    WatchedAnswer query(Prepared known, @Nullable SqlAnalysis several) {
        statement = known;
        text = several;
        mayGrow(known.traits());
        return this;
    }

    WatchedAnswer execute(Prepared prepared, OpenPortal of) {
        simple = false;
        statement = prepared;
        portal = of;
        mayGrow(prepared.traits());
        return this;
    }

    WatchedAnswer functionCall() {
        told = false;
        mayGrow(Traits.NOTHING);
        return this;
    }

    private void mayGrow(int traits) {
        cuttable = limits.limitsResults() && (traits & Traits.ROWS) != 0;
        answers.added(cuttable);
    }

    void runsInOwnBlock() {
        inOwnBlock = true;
    }

    @Override
    public boolean isCut() {
        return cut;
    }

    @Override
    public long longest() {
        return limits.maxTime().toNanos();
    }

    @Override
    public long began() {
        return began;
    }

    @Override
    public Interest interest() {
        if (cut || answers.isSwallowing()) {
            return Upstream.SWALLOWED;
        }
        return rows >= limits.maxRows() && limits.limitsResults()
                ? (inOwnBlock ? LAST_ROW_OF_BLOCK : LAST_ROW)
                : answers.counted(limits, inOwnBlock);
    }

    @Override
    public boolean relays() {
        return !cut && !answers.isSwallowing();
    }

    @Override
    public boolean standsForClients() {
        return !passedOn;
    }

    @Override
    public void begins(Upstream upstream) {
        current = upstream;
        mark = upstream.position();
        since = sent;
        OpenPortal resumed = portal;
        if (resumed != null && resumed.isSuspended()) {
            rows = resumed.rows();
            bytesBefore = resumed.bytes();
            before = resumed.upstreamNanos();
            resumed.resume();
            if (rows >= limits.maxRows()) {
                upstream.interestChanged();
            }
        }
        if (mustCut) {
            cutOff(tooLate(), upstream);
        }
    }

    /** Everything asked for before it has been answered, as far as it runs. */
    void isNext(long now) {
        began = now;
        answers.clock().runs(this);
    }

    /** Whether it was cancelled because it took too long. */
    boolean isTimeOver() {
        return timeOver;
    }

    @Override
    public void noted(byte tag, Upstream upstream) {
        switch (tag) {
            case 'D', 'd' -> row(upstream);
            case 's' -> suspended(upstream);
            case 'I' -> statementOver(upstream);
            case 'Z' -> over(upstream);
            default -> {
                // says nothing of a result
            }
        }
    }

    private void row(Upstream upstream) {
        rows++;
        if (bytesBefore + upstream.position() - mark > limits.maxBytes()) {
            cut(Limit.BYTES, OverLimit.bytes(limits.maxBytes()), upstream);
        } else if (rows == limits.maxRows()) {
            upstream.interestChanged();
        }
    }

    @Override
    public void taken(byte tag, ByteBuf buffer, int from, int length, Upstream upstream) {
        if (!cut && !answers.isSwallowing()) {
            cut(Limit.ROWS, OverLimit.rows(limits.maxRows()), upstream);
        }
    }

    @Override
    public void completed(ByteBuf buffer, int from, int length, Upstream upstream) {
        long counted = CommandTag.rows(buffer, from, length);
        if (!told) {
            executed(Outcome.Status.SUCCEEDED, Math.max(counted, rows), upstream);
        }
        statementOver(upstream);
    }

    private void statementOver(Upstream upstream) {
        if (simple) {
            at++;
            rows = 0;
            bytesBefore = 0;
            mark = upstream.position();
            upstream.interestChanged();
        } else {
            over();
        }
    }

    private void suspended(Upstream upstream) {
        OpenPortal open = portal;
        if (open != null) {
            open.suspend(rows, bytes(upstream), before + answers.now() - since);
        }
        over();
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        byte tag = frame.tag();
        if (cut || answers.isSwallowing()) {
            swallowed(frame, upstream);
        } else if (tag == 'E') {
            error(frame, upstream);
        } else if (tag == 'D' || tag == 'd') {
            tooMuch(frame, upstream);
        } else if (tag == 'Z') {
            endsOwnBlock(frame, upstream);
        } else {
            upstream.relay(frame.bytes());
        }
    }

    /** One row more than the limit, or one that is over it by itself. */
    private void tooMuch(Frame frame, Upstream upstream) {
        boolean tooLong = rows < limits.maxRows();
        frame.release();
        if (tooLong) {
            cut(Limit.BYTES, OverLimit.bytes(limits.maxBytes()), upstream);
        } else {
            cut(Limit.ROWS, OverLimit.rows(limits.maxRows()), upstream);
        }
    }

    private void error(Frame frame, Upstream upstream) {
        PgError error = Errors.of(frame);
        if (timeOver && error.sqlState().equals(SqlState.QUERY_CANCELED)) {
            frame.release();
            PgError ours = timeError();
            relay(ours, upstream);
            failed(ours, upstream);
        } else {
            upstream.relay(frame.bytes());
            failed(error, upstream);
        }
    }

    static void relay(PgError error, Upstream upstream) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
        error.writeError(bytes);
        upstream.relay(bytes);
    }

    private void failed(PgError error, Upstream upstream) {
        answers.told(error, answers.now() - arrived);
        boolean asked = unwanted && error.sqlState().equals(SqlState.QUERY_CANCELED);
        executed(asked ? Outcome.Status.CANCELLED : Outcome.Status.FAILED, rows, upstream);
        int all = text == null ? 1 : text.statements().size();
        for (at++; at < all; at++) {
            answers.metrics().executed(kind(), Outcome.Status.SKIPPED, Outcome.Source.UPSTREAM, 0, 0);
        }
        told = true;
    }

    @Override
    public void ended(PgError error) {
        if (!told) {
            told = true;
            answers.told(error, answers.now() - arrived);
            answers.metrics().executed(kind(), Outcome.Status.FAILED, Outcome.Source.UPSTREAM, rows, 0);
        }
    }

    @Override
    public void timeIsOver() {
        if (over || cut) {
            return;
        }
        Upstream upstream = answers.serving().main();
        if (timeOver) {
            answers.serving().cancelOwn(upstream);
            return;
        }
        answers.metrics().limited(Limit.TIME);
        timeOver = true;
        if (upstream.expected().isCopyingIn()) {
            if (!answers.serving().failCopy(upstream, "canceled by the proxy")) {
                answers.serving().abort(OverLimit.time(limits.maxTime()));
            }
        } else if (!answers.serving().cancelOwn(upstream)) {
            mustCut = current == null; // its turn has not come yet, as far as the server has told
            if (!mustCut) {
                cutOff(tooLate(), upstream);
            }
        }
    }

    private PgError tooLate() {
        return OverLimit.time(limits.maxTime())
                .withDetail("The server goes on with it: other statements had been sent behind it.");
    }

    PgError timeError() {
        return OverLimit.time(limits.maxTime());
    }

    private void cut(Limit limit, PgError error, Upstream upstream) {
        answers.metrics().limited(limit);
        cutOff(error, upstream);
        answers.serving().cancelOwn(upstream);
    }

    private void cutOff(PgError error, Upstream upstream) {
        upstream.passSeen();
        relay(error, upstream);
        failed(error, upstream);
        cut = true;
        upstream.interestChanged();
    }

    private void swallowed(Frame frame, Upstream upstream) {
        byte tag = frame.tag();
        if (!told) {
            told = true; // what it did is undone with the batch
            answers.metrics().executed(kind(), Outcome.Status.SKIPPED, Outcome.Source.UPSTREAM, 0, 0);
        }
        if (tag == 'G') {
            frame.release();
            answers.serving().endCopy(upstream);
        } else if (!simple) {
            frame.release();
            if (tag == 'C' || tag == 's' || tag == 'I' || tag == 'E') {
                answers.cutBatch(exchange);
                over();
            }
        } else if (tag != 'Z') {
            frame.release();
        } else if (inOwnBlock) {
            endsOwnBlock(frame, upstream);
        } else if (status(frame) == TransactionStatus.IN_TRANSACTION
                && upstream.expected().size() == 1) {
            frame.release();
            passedOn = true;
            answers.serving().failBlock(upstream); // its ReadyForQuery takes this one's place
            over();
        } else {
            answers.batchOver();
            upstream.relay(frame.bytes());
            over();
        }
    }

    private void endsOwnBlock(Frame ready, Upstream upstream) {
        passedOn = answers.ownBlock().ready(ready, upstream);
        over();
    }

    private static TransactionStatus status(Frame ready) {
        return TransactionStatus.of(ready.body().getByte(0));
    }

    /** ReadyForQuery of a Query or FunctionCall. */
    private void over(Upstream upstream) {
        if (text == null && at == 0 && !told) {
            executed(Outcome.Status.SUCCEEDED, rows, upstream); // a FunctionCall has no command tag
        }
        answers.batchOver();
        over();
    }

    private void over() {
        if (!over) {
            over = true;
            answers.clock().over(this);
            answers.over(this, cuttable);
            text = null;
        }
    }

    void cancelled() {
        unwanted = true;
    }

    @Override
    public void skipped() {
        if (over) {
            return;
        }
        if (!told) {
            told = true;
            PgError failed = answers.takePartFailed();
            Outcome.Status status = failed == null ? Outcome.Status.SKIPPED : Outcome.Status.FAILED;
            answers.metrics().executed(kind(), status, Outcome.Source.UPSTREAM, 0, 0);
        }
        over();
    }

    /** The session is over before its answer was. */
    void abandoned() {
        if (!told) {
            answers.metrics().executed(kind(), Outcome.Status.ABANDONED, Outcome.Source.UPSTREAM, rows, 0);
        }
        over();
    }

    private void executed(Outcome.Status status, long counted, Upstream upstream) {
        long now = answers.now();
        StatementKind kind = kind();
        long pooled = Math.min(upstream.takeQueued(), now - since);
        long upstreamNanos = before + now - since - pooled;
        answers.metrics().executed(kind, status, Outcome.Source.UPSTREAM, counted, bytes(upstream));
        boolean first = at == 0 && before == 0;
        answers.metrics().took(kind, pooled + (first ? queued : 0), upstreamNanos, first ? sent - arrived - queued : 0);
        since = now;
    }

    private long bytes(Upstream upstream) {
        return bytesBefore + upstream.position() - mark;
    }

    private StatementKind kind() {
        SqlAnalysis sql = text;
        if (sql == null) {
            return statement.kind();
        }
        return at < sql.statements().size() ? sql.statements().get(at).facts().kind() : StatementKind.UNKNOWN;
    }
}
