package io.pgproxy.routing;

import io.pgproxy.hook.HookBundle;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.RouteHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.hook.OneExchange;
import io.pgproxy.testkit.hook.OneSession;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a split of reads and writes takes to decide about a text that is known.
 *
 * <p>It stands in the package of what it measures; benchmarks run on the class path, where a package may have two
 * homes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway") // all is there once it is set up
public class SplitBenchmark {
    private Topology topology;
    private RouteHook free;
    private RouteHook bounded;
    private OneExchange read;
    private OneExchange write;

    /** Two readers that have replayed everything. */
    @Setup
    public void start() {
        topology = Topology.builder()
                .writer("a", "postgresql://u:p@a:1/d")
                .reader("b", "postgresql://u:p@b:1/d")
                .reader("c", "postgresql://u:p@c:1/d")
                .start((node, settings) -> new Answering(!node.name().equals("a")));
        free = router(ReadWriteSplit.over(topology));
        bounded = router(ReadWriteSplit.over(topology).maxLagBytes(1_000_000).blocks(Blocks.AGGRESSIVE));
        OneSession session = new OneSession();
        session.set(SplitSession.KEY, new SplitSession());
        read = OneExchange.of(session, "SELECT count(*), coalesce(max(id), 0) FROM orders WHERE id = $1");
        write = OneExchange.of(new OneSession(), "INSERT INTO orders VALUES ($1)");
    }

    private static RouteHook router(ReadWriteSplitBuilder builder) {
        return ((HookBundle) builder.build().hook())
                .hooks().stream()
                        .filter(RouteHook.class::isInstance)
                        .map(RouteHook.class::cast)
                        .findFirst()
                        .orElseThrow();
    }

    /** {@return where a read goes} */
    @Benchmark
    public Verdict<Route> read() {
        return free.route(read);
    }

    /** {@return where a read goes, if readers may not be far behind and blocks are moved} */
    @Benchmark
    public Verdict<Route> readWithBounds() {
        return bounded.route(read);
    }

    /** {@return where a write goes} */
    @Benchmark
    public Verdict<Route> write() {
        return free.route(write);
    }

    /** Ends the probes. */
    @TearDown(Level.Trial)
    public void stop() {
        topology.close();
    }

    /** A node that is always there. */
    private record Answering(boolean recovering) implements NodeConnection {
        @Override
        public Sample ask() {
            return new Sample(recovering, 1000, 1000, 0, System.nanoTime());
        }

        @Override
        public void abort() {
            // nothing runs
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
