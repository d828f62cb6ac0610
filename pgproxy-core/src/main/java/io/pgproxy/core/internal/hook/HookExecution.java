package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.hook.row.ResultRecorder;
import io.pgproxy.core.internal.session.RoutedSession;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Terms;
import io.pgproxy.metrics.ProxyMetrics;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Parameter;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.sql.StatementKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a statement, from its message to its one outcome. */
final class HookExecution implements Execution {
    private static final Logger LOG = LoggerFactory.getLogger(HookExecution.class);

    /** The type of what has none: the server finds one, as for none given. */
    private static final int UNKNOWN = 705;

    private final SqlStatement statement;
    private final HookExchange exchange;
    private final Stages stages;
    private final Set<HookExecution> live;
    private final TransactionStatus transaction;
    private final boolean afterWrite;
    private final long began = System.nanoTime();
    private long queued;

    private @Nullable ByteBuf bind;
    private @Nullable Bind values;
    private @Nullable ResultFlow flow;
    private @Nullable OwnResult own;
    private @Nullable ResultRecorder recorder;
    private Terms terms;
    private @Nullable Upstream upstream;
    private List<String> upstreams = List.of();
    private Outcome.Source source = Outcome.Source.UPSTREAM;
    private String decidedBy = "";
    private boolean wanted = true;
    private long sent;
    private long bytes;
    private long rows;
    private boolean ran;
    private boolean over;

    /**
     * Begins.
     *
     * @param bind the body of Bind or FunctionCall, retained until the outcome; null for a Query
     * @param live where it stands until it is over
     */
    HookExecution(
            SqlStatement statement,
            HookExchange exchange,
            @Nullable ByteBuf bind,
            TransactionStatus transaction,
            boolean afterWrite,
            Set<HookExecution> live) {
        this.statement = statement;
        this.exchange = exchange;
        this.stages = statement.generation().stages();
        this.live = live;
        this.transaction = transaction;
        this.afterWrite = afterWrite;
        this.bind = bind == null ? null : bind.retain();
        this.terms = statement.session().terms();
        live.add(this);
        exchange.runs(this);
    }

    Stages stages() {
        return stages;
    }

    ProxyMetrics metrics() {
        return statement.session().metrics();
    }

    /** Part of the time until it was sent was not the proxy's: it waited for answers. */
    void waited(long nanos) {
        queued += nanos;
    }

    @Override
    public Terms terms() {
        return terms;
    }

    void admitted(Terms agreed) {
        terms = agreed;
    }

    /** What its rows go through; null while nobody looks at them. */
    @Nullable
    ResultFlow flow() {
        return flow;
    }

    void flow(ResultFlow through) {
        flow = through;
    }

    /** What the proxy answers it with; null if an upstream does. */
    @Nullable
    OwnResult own() {
        return own;
    }

    void own(OwnResult result, Outcome.Source from, String by) {
        own = result;
        source = from;
        decidedBy = by;
    }

    /** It was to be served, but an upstream has to answer it. */
    void notServed() {
        own = null;
        source = Outcome.Source.UPSTREAM;
        decidedBy = "";
    }

    @Nullable
    ResultRecorder recorder() {
        return recorder;
    }

    void record(ResultRecorder copy) {
        recorder = copy;
    }

    /** It is on its way. */
    void sent(Upstream to, String name) {
        if (own != null) {
            return; // it was kept back with others for their route, and goes nowhere itself
        }
        sent = System.nanoTime();
        upstream = to;
        upstreams = List.of(name);
    }

    /** What was sent of it was held until its route was known. */
    void heldUntilNow(Upstream to, String name) {
        if (sent != 0) {
            sent(to, name);
        }
    }

    /** Something of its answer has come: more may follow. */
    void ran(long moreRows, long moreBytes) {
        ran = true;
        rows += moreRows;
        bytes += moreBytes;
    }

    long rowsSoFar() {
        return rows;
    }

    /** Whether a Bind has begun it, which says the formats of its rows. */
    boolean isBound() {
        return bind != null;
    }

    boolean hasRun() {
        return ran;
    }

    boolean isOver() {
        return over;
    }

    /** The client has asked for its end. */
    void cancelled() {
        wanted = false;
    }

    void succeeded() {
        over(Outcome.Status.SUCCEEDED, null);
    }

    void failed(PgError error) {
        boolean asked = !wanted && error.sqlState().equals(SqlState.QUERY_CANCELED);
        over(asked ? Outcome.Status.CANCELLED : Outcome.Status.FAILED, error);
    }

    void refused(PgError error, String by) {
        if (!over) {
            decidedBy = by;
            source = Outcome.Source.PROXY;
            over(wanted ? Outcome.Status.REFUSED : Outcome.Status.CANCELLED, error);
        }
    }

    /** Its Bind has failed, or, with null, something before it. */
    void unbound(@Nullable PgError error) {
        if (error == null) {
            skipped();
        } else {
            failed(error);
        }
    }

    /** Something before it has failed; if that was its own Parse, so has it. */
    void skipped() {
        PgError unprepared = statement.unprepared();
        if (unprepared == null) {
            over(Outcome.Status.SKIPPED, null);
        } else {
            failed(unprepared);
        }
    }

    /** Its portal has gone, or the session has. */
    void abandoned() {
        over(Outcome.Status.ABANDONED, null);
    }

    private void over(Outcome.Status status, @Nullable PgError error) {
        if (over) {
            return;
        }
        over = true;
        live.remove(this);
        if (flow != null) {
            flow.close();
        }
        if (own != null) {
            own.close();
        }
        if (recorder != null) {
            recorder.abandon(); // does nothing if it was complete
        }
        if (metrics().isTaken() || !stages.observe.isEmpty()) {
            tell(status, error);
        }
        if (bind != null) {
            bind.release();
            bind = null;
        }
    }

    private void tell(Outcome.Status status, @Nullable PgError error) {
        long now = System.nanoTime();
        long left = sent == 0 ? now : sent;
        long pooled = upstream == null ? 0 : Math.min(upstream.takeQueued(), now - left);
        if (metrics().isTaken()) {
            measure(status, now - left - pooled, pooled, left);
        }
        if (!stages.observe.isEmpty()) {
            Duration waited = Duration.ofNanos(left - began + pooled);
            observe(new Outcome(
                    status,
                    source,
                    ranAt(),
                    rows,
                    bytes,
                    waited,
                    Duration.ofNanos(now - left - pooled),
                    error,
                    decidedBy));
        }
    }

    /** A pool knows where it has gone in the end. */
    private List<String> ranAt() {
        RoutedSession routed = upstream == null ? null : upstream.routed();
        List<String> at = routed == null ? List.of() : routed.at();
        return at.isEmpty() ? upstreams : at;
    }

    private void measure(Outcome.Status status, long running, long pooled, long left) {
        StatementKind kind = statement.facts().kind();
        metrics().executed(kind, status, source, rows, bytes);
        if (status != Outcome.Status.SKIPPED && status != Outcome.Status.ABANDONED) {
            metrics().took(kind, queued + pooled, running, Math.max(0, left - began - queued));
        }
    }

    private void observe(Outcome outcome) {
        for (Registered<ObserveHook> hook : stages.observe) {
            long since = metrics().isTaken() ? System.nanoTime() : 0;
            try {
                hook.hook().completed(this, outcome);
                if (metrics().isTaken()) {
                    metrics().asked(hook.name(), "observe", System.nanoTime() - since);
                }
            } catch (RuntimeException e) {
                LOG.warn("hook {} failed: {}", hook.name(), e.getClass().getName());
                LOG.debug("hook {} failed", hook.name(), e);
            }
        }
    }

    @Override
    public SqlStatement statement() {
        return statement;
    }

    @Override
    public HookExchange exchange() {
        return exchange;
    }

    @Override
    public List<Parameter> parameters() {
        Bind read = values();
        if (read == null) {
            return List.of();
        }
        List<Integer> types = statement.parameterTypes();
        Parameter[] parameters = new Parameter[read.parameters().size()];
        for (int i = 0; i < parameters.length; i++) {
            Bytes value = read.parameters().get(i);
            parameters[i] = new Parameter(i < types.size() ? types.get(i) : 0, read.parameterFormat(i), value);
        }
        return List.of(parameters);
    }

    @Override
    public List<Format> resultFormats() {
        Bind read = values();
        return read == null ? List.of() : read.resultFormats();
    }

    /** The types of the statement's parameters as the server sees them; null if nobody can say. */
    @Nullable
    List<Integer> parameterTypesInForce() {
        List<Integer> described = statement.describedTypes();
        Bind read = values();
        if (described != null || read == null) {
            return described;
        }
        List<Integer> given = statement.parameterTypes();
        boolean all = given.size() == read.parameters().size() && !given.contains(0) && !given.contains(UNKNOWN);
        return all ? given : null;
    }

    private @Nullable Bind values() {
        Bind read = values;
        if (read == null && bind != null) {
            read = statement.form() == io.pgproxy.hook.Statement.Form.FUNCTION_CALL
                    ? Arguments.of(bind.slice())
                    : Bind.read(bind.slice());
            values = read;
        }
        return read;
    }

    @Override
    public TransactionStatus transaction() {
        return transaction;
    }

    @Override
    public boolean afterWrite() {
        return afterWrite;
    }

    /** {@return what runs; no parameter} */
    @Override
    public String toString() {
        return "Execution[" + statement + "]";
    }
}
