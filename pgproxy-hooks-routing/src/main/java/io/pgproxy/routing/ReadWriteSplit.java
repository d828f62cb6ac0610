package io.pgproxy.routing;

import io.pgproxy.hook.Ending;
import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.RouteHook;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.sql.Facts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends reads to readers, and all else to the writer. A session sees what it has written itself: until a reader is
 * known to have replayed that, the writer answers its reads. No query is made for that in any client's way.
 *
 * <p>One instance serves all sessions of a server, and may serve several; it is registered as {@link #hook()}.
 */
public final class ReadWriteSplit {
    private static final Duration TO_DECIDE = Duration.ofSeconds(5);

    private final Topology topology;
    private final ReadRules rules;
    private final boolean movesBlocks;
    private final String writer;
    private final Verdict<Route> toWriter;
    private final Balance balance;
    private final long maxLagNanos;
    private final long maxLagBytes;
    private final long freshFor;
    private final boolean readYourWrites;
    private final Duration waitForReplay;
    private final InFlightCounters inFlight = new InFlightCounters();
    private volatile Plan plan;

    private final LongAdder writes = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder bound = new LongAdder();
    private final LongAdder afterWrites = new LongAdder();
    private final LongAdder lagging = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder waited = new LongAdder();

    ReadWriteSplit(ReadWriteSplitBuilder builder) {
        topology = builder.topology;
        rules = new ReadRules(builder.readOnlyBlocks, builder.blocks, builder.hints);
        movesBlocks = builder.blocks == Blocks.AGGRESSIVE;
        writer = builder.writer;
        toWriter = Verdict.of(new Route.One(writer));
        balance = builder.balance;
        maxLagNanos = builder.maxLagNanos;
        maxLagBytes = builder.maxLagBytes;
        freshFor = topology.settings().freshFor().toNanos();
        readYourWrites = builder.readYourWrites;
        waitForReplay = builder.waitForReplay;
        plan = new Plan(topology.view(), writer, balance, inFlight);
    }

    /**
     * A split over the servers of a topology, whose nodes have the names of the server's upstreams.
     *
     * @param topology stays the caller's to close
     * @return a builder with the defaults
     */
    public static ReadWriteSplitBuilder over(Topology topology) {
        return new ReadWriteSplitBuilder(topology);
    }

    /**
     * What to register: {@code hook("read-write-split", split.hook())}.
     *
     * @return the hooks of all stages that it needs
     */
    public QueryHook hook() {
        return QueryHook.all(new Sessions(), new Router(), new Observer());
    }

    /** {@return what it has decided since it was made} */
    public SplitCounts counts() {
        return new SplitCounts(
                writes.sum(), reads.sum(), bound.sum(), afterWrites.sum(), lagging.sum(), stale.sum(), waited.sum());
    }

    /** How many exchanges a reader works on now; counted for {@link Balance#LEAST_CONNECTIONS} alone. */
    int inFlight(String reader) {
        return inFlight.count(reader);
    }

    private Verdict<Route> route(Exchange exchange) {
        SplitSession session = session(exchange.session());
        boolean inBlock = movesBlocks && isInBlock(exchange);
        if (!rules.isForReaders(exchange, inBlock)) {
            toWriter(exchange, session);
            return toWriter;
        }
        if (inBlock) {
            return Verdict.proceed(); // it is well where it is
        }
        if (session.isBound() || session.isolation.isSerializable()) {
            bound.increment();
            return toWriter;
        }
        if (readYourWrites && isAfterWrite(exchange, session)) {
            afterWrites.increment();
            return toWriter;
        }
        return read(exchange, session, !waitForReplay.isZero());
    }

    private void toWriter(Exchange exchange, SplitSession session) {
        writes.increment();
        List<Statement> statements = exchange.statements();
        for (int i = 0; i < statements.size(); i++) {
            Facts facts = statements.get(i).facts();
            if (rules.mayWrite(facts)) {
                session.writes();
            }
            session.isolation.mayRun(facts);
        }
    }

    private static boolean isInBlock(Exchange exchange) {
        List<Execution> executions = exchange.executions();
        return !executions.isEmpty() && executions.get(0).transaction() != TransactionStatus.IDLE;
    }

    private static SplitSession session(Session session) {
        SplitSession known = session.get(SplitSession.KEY);
        if (known == null) { // it began before there was a split
            known = new SplitSession();
            session.set(SplitSession.KEY, known);
        }
        return known;
    }

    /** Whether something that may write is on its way. */
    private static boolean isAfterWrite(Exchange exchange, SplitSession session) {
        List<Execution> executions = exchange.executions();
        if (executions.isEmpty()) {
            return session.isOpen();
        }
        if (executions.get(0).afterWrite()) {
            return true;
        }
        session.isQuiet();
        return false;
    }

    private Verdict<Route> read(Exchange exchange, SplitSession session, boolean mayWait) {
        Plan now = plan();
        long near = near(now.view());
        if (near == 0) {
            lagging.increment();
            return toWriter;
        }
        long set = readYourWrites && session.hasWritten() ? replayed(near, now.view(), session) : near;
        if (set == 0) {
            if (mayWait) {
                return await(exchange, session, near, now.view());
            }
            topology.hurry();
            stale.increment();
            return toWriter;
        }
        int chosen = now.choose(set);
        if (balance == Balance.LEAST_CONNECTIONS) {
            count(exchange, session, now, chosen);
        }
        reads.increment();
        return now.verdict(set, chosen);
    }

    @SuppressWarnings("ReferenceEquality") // a view is one moment's
    private Plan plan() {
        Plan known = plan;
        View view = topology.view();
        if (known.view() != view) {
            known = new Plan(view, writer, balance, inFlight);
            plan = known;
        }
        return known;
    }

    /** The readers whose lag is none too many. */
    private long near(View view) {
        Watched[] readers = view.readers();
        long all = (1L << readers.length) - 1;
        boolean any = maxLagNanos == Long.MAX_VALUE && maxLagBytes == Long.MAX_VALUE;
        return any ? all : near(view.samples(), readers);
    }

    private long near(WriterSamples samples, Watched[] readers) {
        long now = System.nanoTime();
        long set = 0;
        for (int i = 0; i < readers.length; i++) {
            long bytes = readers[i].lagBytes(samples, now, freshFor);
            long nanos = maxLagNanos == Long.MAX_VALUE ? 0 : readers[i].lagNanos(samples, now, freshFor);
            if (bytes >= 0 && bytes <= maxLagBytes && nanos >= 0 && nanos <= maxLagNanos) {
                set |= 1L << i;
            }
        }
        return set;
    }

    /** Those of a set that show what the session has written. */
    private static long replayed(long near, View view, SplitSession session) {
        long needed = session.needed(view.samples());
        if (needed == WriterSamples.UNKNOWN) {
            return 0;
        }
        long set = 0;
        Watched[] readers = view.readers();
        for (int i = 0; i < readers.length; i++) {
            if ((near >>> i & 1) != 0 && readers[i].hasReplayed(needed, view.samples())) {
                set |= 1L << i;
            }
        }
        return set;
    }

    /** What comes of it is decided on the session's loop, where the verdict may have been cancelled by then. */
    private Verdict<Route> await(Exchange exchange, SplitSession session, long near, View view) {
        waited.increment();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < view.readers().length; i++) {
            if ((near >>> i & 1) != 0) {
                names.add(view.readers()[i].name());
            }
        }
        CompletableFuture<Optional<String>> waiting =
                topology.awaitReplayed(names, session.ended(), waitForReplay).toCompletableFuture();
        CompletableFuture<Verdict<Route>> decided = waiting.thenApplyAsync(
                there -> read(exchange, session, false), exchange.session().executor());
        decided.whenComplete((verdict, failure) -> waiting.cancel(false)); // who has gone waits no more
        return Verdict.defer(decided, waitForReplay.plus(TO_DECIDE));
    }

    /** Unless all of it has ended already, which nobody would tell once more. */
    private static void count(Exchange exchange, SplitSession session, Plan plan, int chosen) {
        List<Execution> executions = exchange.executions();
        int size = executions.size();
        if (size > 0 && !session.isLastEnded(executions.get(size - 1))) {
            session.inFlight.add(exchange, plan.inFlight(chosen));
        }
    }

    /** Sessions begin and end. */
    private static final class Sessions implements SessionHook {
        @Override
        public Verdict<Terms> authenticated(Session session) {
            return Verdict.proceed();
        }

        @Override
        public Verdict<Startup> connected(Session session, Startup startup) {
            session(session).isolation.starts(startup);
            return Verdict.proceed();
        }

        @Override
        public void closed(Session session) {
            SplitSession known = session.get(SplitSession.KEY);
            if (known != null) {
                known.inFlight.endAll();
            }
        }
    }

    /** Exchanges go somewhere. */
    private final class Router implements RouteHook {
        @Override
        public Verdict<Route> route(Exchange exchange) {
            return ReadWriteSplit.this.route(exchange);
        }

        @Override
        public boolean movesBlocks() {
            return movesBlocks;
        }
    }

    /** What became of it all. */
    private final class Observer implements ObserveHook {
        @Override
        public void completed(Execution execution, Outcome outcome) {
            SplitSession known = session(execution.session());
            if (balance == Balance.LEAST_CONNECTIONS) {
                known.inFlight.ended(execution);
                known.lastEnded(execution);
            }
            if (outcome.upstreams().contains(writer)) {
                ranOnWriter(execution, known, outcome.status() == Outcome.Status.SUCCEEDED);
            }
        }

        private void ranOnWriter(Execution execution, SplitSession known, boolean succeeded) {
            Facts facts = execution.statement().facts();
            if (rules.mayWrite(facts)) {
                known.writes();
            }
            if (ReadRules.binds(facts)) {
                known.bound(true);
            } else if (succeeded && ReadRules.frees(facts)) {
                known.bound(false);
            }
            if (succeeded && isAlone(execution)) {
                known.isolation.ran(facts);
            } else {
                known.isolation.mayRun(facts);
            }
        }

        private static boolean isAlone(Execution execution) {
            return execution.transaction() == TransactionStatus.IDLE
                    && execution.exchange().executions().size() == 1;
        }

        @Override
        public void transactionEnded(Session session, Ending ending) {
            SplitSession known = session(session);
            if (ending == Ending.UNKNOWN) {
                known.writes(); // it may have been committed, and a later moment will tell when
            } else {
                known.transactionEnded();
            }
        }
    }

    /** {@return over what it is} */
    @Override
    public String toString() {
        return "ReadWriteSplit[" + topology + "]";
    }
}
