package io.pgproxy.core.internal.guard;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.core.internal.session.Swallowed;
import io.pgproxy.core.internal.session.Traffic;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.metrics.ProxyMetrics;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.message.frontend.Query;
import org.jspecify.annotations.Nullable;

/**
 * A transaction block that the proxy opens around a Query whose statements stand or fall together: a result of it may
 * be cut off when the server has long gone on to the next statement, or has changed rows, and would commit by itself.
 * The client sees nothing of the block.
 */
public final class OwnBlock {
    private static final int MOST_TRIES = 4;

    private final ServingPhase serving;
    private final ProxyMetrics metrics;
    private @Nullable Wrapped within;
    private @Nullable Upstream where;
    private boolean ending;
    private int tries;

    /**
     * For one session.
     *
     * @param serving its phase
     * @param metrics who measures
     */
    public OwnBlock(ServingPhase serving, ProxyMetrics metrics) {
        this.serving = serving;
        this.metrics = metrics;
    }

    /**
     * Whether a text must not run as it is: it may show a result that is cut off, and do something else.
     *
     * @param traits of the text, see {@link Traits}
     * @return whether it is to be wrapped
     */
    public static boolean isNeeded(int traits) {
        boolean mixed = (traits & (Traits.WRITES | Traits.SEVERAL)) != 0;
        return mixed && (traits & Traits.ROWS) != 0 && (traits & Traits.SHAPES) == 0;
    }

    /** {@return whether the client's transaction is not what the server's is} */
    public boolean isOpen() {
        return within != null;
    }

    /**
     * In front of a Query, whose ReadyForQuery must not reach the client then.
     *
     * @param traffic the Query is the message at hand; nothing is due where it goes
     * @param answer sees the Query's answer
     */
    public void begin(Traffic traffic, Wrapped answer) {
        within = answer;
        ending = false;
        tries = 0;
        metrics.wrapped();
        traffic.ask(ExpectedAnswers.QUERY, new Swallowed(false), query("BEGIN"));
        where = traffic.target();
    }

    /** The client takes its leave: it does not wait for the answer, and what it asked for is to be done. */
    public void commitNow() {
        Wrapped answer = within;
        Upstream upstream = where;
        if (answer != null && upstream != null && !ending && !answer.isCut()) {
            end("COMMIT", upstream);
        }
    }

    /**
     * ReadyForQuery of the Query has come: the block is ended, unless the server has left it by itself.
     *
     * @param ready the message; owned by the callee
     * @param upstream where it came from
     * @return whether another ReadyForQuery will take its place
     */
    public boolean ready(Frame ready, Upstream upstream) {
        TransactionStatus status = TransactionStatus.of(ready.body().getByte(0));
        if (status == TransactionStatus.IDLE) {
            within = null;
            upstream.relay(ready.bytes());
            return false;
        }
        ready.release();
        boolean failed = status == TransactionStatus.FAILED || (within != null && within.isCut());
        if (!ending) {
            serving.afterCancel(() -> end(failed ? "ROLLBACK" : "COMMIT", upstream));
        }
        return true;
    }

    private void end(String sql, Upstream upstream) {
        ending = true;
        tries++;
        upstream.sentFor(ExpectedAnswers.QUERY, new End(sql.equals("COMMIT")));
        upstream.send(query(sql));
        upstream.flush();
    }

    private void over() {
        within = null;
    }

    private static ByteBuf query(String sql) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(16);
        new Query(sql).write(bytes);
        return bytes;
    }

    /** The answer to a Query in such a block. */
    public interface Wrapped {
        /** {@return whether the client has been told an error that the server knows nothing of} */
        boolean isCut();
    }

    /**
     * Takes the answer to COMMIT or ROLLBACK: the ReadyForQuery that leaves the block is the client's, and so is the
     * error of a COMMIT.
     */
    private final class End implements AnswerOwner {
        private final boolean commits;
        private boolean passedOn;

        End(boolean commits) {
            this.commits = commits;
        }

        @Override
        public void answered(Frame frame, Upstream upstream) {
            switch (frame.tag()) {
                case 'Z' -> {
                    boolean stillOpen = TransactionStatus.of(frame.body().getByte(0)) != TransactionStatus.IDLE;
                    if (stillOpen && tries < MOST_TRIES) {
                        frame.release();
                        passedOn = true; // a cancel or a time-out of the server's came before it had begun
                        serving.afterCancel(() -> OwnBlock.this.end("ROLLBACK", upstream));
                    } else {
                        over();
                        upstream.relay(frame.bytes());
                    }
                }
                case 'E' -> {
                    if (!commits) {
                        frame.release(); // the client has been told why nothing stays
                        return;
                    }
                    PgError error = ErrorResponse.read(frame.body()).error();
                    metrics.failed(error.sqlState());
                    upstream.relay(frame.bytes());
                }
                default -> frame.release();
            }
        }

        @Override
        public boolean standsForClients() {
            return !passedOn;
        }

        @Override
        public void skipped() {
            over();
        }
    }
}
