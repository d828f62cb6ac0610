package io.pgproxy.core.internal.guard;

import io.pgproxy.core.Limits;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Refusal;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.core.internal.session.Session;
import io.pgproxy.hook.Outcome;
import io.pgproxy.metrics.ProxyMetrics;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.StatementKind;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answers that a watched session waits for, and what is known of the batch that they belong to. */
final class WatchedAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedAnswers.class);
    private static final long NOT = -1;
    private static final int MOST_FREE = 128;

    private final ServingPhase serving;
    private final Session session;
    private final ProxyMetrics metrics;
    private final OwnBlock ownBlock;
    private final QueryClock clock;
    private final PartAnswer part = new PartAnswer(this);
    private final SyncAnswer sync = new SyncAnswer(this);
    private final ArrayDeque<WatchedAnswer> due = new ArrayDeque<>();

    /** Used again, as many as are in flight at most times: a long pipeline must not leave its memory behind. */
    private final ArrayDeque<WatchedAnswer> free = new ArrayDeque<>();

    private long exchange;
    private int cuttable;

    // Made once for limits that hold.
    private Limits countedFor = Limits.DEFAULT;
    private Interest counted = WatchedAnswer.TAGS;
    private Interest countedInBlock = WatchedAnswer.TAGS;

    /** The exchange a result of which was cut off, while the rest of its answer comes. */
    private long cutExchange = NOT;

    /** Why an Execute behind it will be skipped. */
    private @Nullable PgError partFailed;

    WatchedAnswers(ServingPhase serving, Session session, ProxyMetrics metrics, OwnBlock ownBlock) {
        this.serving = serving;
        this.session = session;
        this.metrics = metrics;
        this.ownBlock = ownBlock;
        this.clock = new QueryClock(session.loop());
    }

    ProxyMetrics metrics() {
        return metrics;
    }

    ServingPhase serving() {
        return serving;
    }

    OwnBlock ownBlock() {
        return ownBlock;
    }

    QueryClock clock() {
        return clock;
    }

    long now() {
        return session.loop().ticker().nanoTime();
    }

    void exchangeBegins() {
        exchange++;
    }

    boolean isEmpty() {
        return due.isEmpty();
    }

    /** Whether a result may be cut off that has been asked for. */
    boolean mayBeCut() {
        return cuttable > 0;
    }

    WatchedAnswer query(Prepared statement, @Nullable SqlAnalysis several, Limits limits, long arrived, long queued) {
        return begin(limits, arrived, queued).query(statement, several);
    }

    WatchedAnswer execute(Prepared statement, OpenPortal portal, Limits limits, long arrived, long queued) {
        return begin(limits, arrived, queued).execute(statement, portal);
    }

    WatchedAnswer functionCall(Limits limits, long arrived, long queued) {
        return begin(limits, arrived, queued).functionCall();
    }

    private WatchedAnswer begin(Limits limits, long arrived, long queued) {
        WatchedAnswer answer = free.poll();
        if (answer == null) {
            answer = new WatchedAnswer(this);
        }
        long now = queued == 0 ? arrived : now(); // the clock is not looked at twice for what passes at once
        answer.begin(limits, exchange, arrived, queued, now);
        due.add(answer);
        if (due.size() == 1) {
            answer.isNext(now);
        }
        return answer;
    }

    /** What is to be seen of a result below its limits; {@code inBlock}: and of the end of its exchange. */
    Interest counted(Limits limits, boolean inBlock) {
        if (!limits.equals(countedFor)) {
            countedFor = limits;
            Interest wanted = limits.limitsResults()
                    ? WatchedAnswer.TAGS.note(BackendTag.DATA_ROW, BackendTag.COPY_DATA)
                    : WatchedAnswer.TAGS;
            counted = wanted.upTo(limits.maxBytes());
            countedInBlock = wanted.cut(BackendTag.READY_FOR_QUERY).upTo(limits.maxBytes());
        }
        return inBlock ? countedInBlock : counted;
    }

    void added(boolean mayBeCut) {
        cuttable += mayBeCut ? 1 : 0;
    }

    void over(WatchedAnswer answer, boolean wasCuttable) {
        cuttable -= wasCuttable ? 1 : 0;
        if (due.peek() == answer) {
            due.poll();
            WatchedAnswer next = due.peek();
            if (next != null) {
                next.isNext(now());
            }
        } else {
            due.remove(answer);
        }
        if (free.size() < MOST_FREE) {
            free.add(answer);
        }
    }

    AnswerOwner part() {
        return part;
    }

    AnswerOwner sync() {
        return sync;
    }

    /** What the answer to the head of the queue belongs to was cut off: the rest of it is swallowed. */
    void cutBatch(long of) {
        cutExchange = of;
    }

    /** Whether the batch whose answers come was cut off. */
    boolean isSwallowing() {
        return cutExchange != NOT;
    }

    /** Whether the batch whose messages come was cut off: its Sync has not been sent. */
    boolean isCutHere() {
        return cutExchange == exchange;
    }

    /** ReadyForQuery of a batch. */
    void batchOver() {
        cutExchange = NOT;
        partFailed = null;
    }

    void partFailed(PgError error) {
        partFailed = error;
        told(error, 0);
    }

    /** The error to tell in the place of this one: what was to be executed was cancelled for its time. */
    @Nullable
    PgError insteadOf(PgError error) {
        WatchedAnswer next = due.peek();
        boolean cancelled = error.sqlState().equals(SqlState.QUERY_CANCELED);
        return cancelled && next != null && next.isTimeOver() ? next.timeError() : null;
    }

    /** The error in front of an Execute that was skipped for it; the next one was skipped for that Execute. */
    @Nullable
    PgError takePartFailed() {
        PgError error = partFailed;
        partFailed = null;
        return error;
    }

    /** The client has been told of an error. */
    void told(PgError error, long nanos) {
        metrics.failed(error.sqlState());
        LOG.info("session {}: {} {} after {} ms", session.id(), error.severity(), error.sqlState(), nanos / 1_000_000);
    }

    Refusal refusal(StatementKind kind, boolean runs) {
        return new Refusal() {
            @Override
            public void told(PgError error) {
                WatchedAnswers.this.told(error, 0);
                if (runs) {
                    metrics.executed(kind, Outcome.Status.REFUSED, Outcome.Source.PROXY, 0, 0);
                }
            }

            @Override
            public void skipped() {
                if (runs) {
                    metrics.executed(kind, Outcome.Status.SKIPPED, Outcome.Source.PROXY, 0, 0);
                }
            }
        };
    }

    /** A portal that was suspended is no more: it has run as far as the client wanted. */
    void portalGone(OpenPortal portal) {
        StatementKind kind = portal.statement().kind();
        metrics.executed(kind, Outcome.Status.SUCCEEDED, Outcome.Source.UPSTREAM, portal.rows(), portal.bytes());
        metrics.took(kind, 0, portal.upstreamNanos(), 0);
    }

    /** The client wants what runs cancelled. */
    void cancelled() {
        due.forEach(WatchedAnswer::cancelled);
    }

    /** The session is over. */
    void abandon() {
        clock.stop();
        for (WatchedAnswer answer = due.peek(); answer != null; answer = due.peek()) {
            answer.abandoned();
        }
    }
}
