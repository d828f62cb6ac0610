package io.pgproxy.core.internal.hook;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.pgproxy.hook.Answer;
import io.pgproxy.hook.CacheUse;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.metrics.ProxyMetrics;
import io.pgproxy.protocol.PgError;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Asking the stages of a chain about one query: what a chain adds by itself, hooks that all proceed included.
 *
 * <p>It stands in the package of what it measures; benchmarks run on the class path, where a package may have two
 * homes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway") // a hook that says nothing looks at nothing
public class StageBenchmark {
    private final EventLoop loop = new DefaultEventLoop();
    private final Deferrals deferrals = new Deferrals(loop, () -> {});
    private final Stages empty = new Stages(HookChain.EMPTY, ProxyMetrics.NONE);
    private final Stages eight = new Stages(eightHooks(), ProxyMetrics.NONE);
    private final Told<Terms> terms = new Told<>();
    private final Told<Answer> answer = new Told<>();
    private final Told<String> text = new Told<>();
    private final Told<CacheUse> cache = new Told<>();
    private final Told<Route> route = new Told<>();

    private static HookChain eightHooks() {
        HookChain.Builder chain = HookChain.builder();
        for (int i = 0; i < 3; i++) {
            chain.hook("answer " + i, QueryHook.answer(statement -> Verdict.proceed()));
        }
        for (int i = 0; i < 5; i++) {
            chain.hook("admit " + i, QueryHook.admit(execution -> Verdict.proceed()));
        }
        return chain.build();
    }

    /** All five stages that are asked for a query, of a chain without hooks. */
    @Benchmark
    public void emptyChain(Blackhole hole) {
        all(empty, hole);
    }

    /** The same, with three hooks that may answer and five that may refuse; all proceed. */
    @Benchmark
    public void eightHooksThatProceed(Blackhole hole) {
        all(eight, hole);
    }

    private void all(Stages stages, Blackhole hole) {
        stages.answer.run(null, Stages.UNCLAIMED, deferrals, answer);
        stages.rewrite.run(null, "", deferrals, text);
        stages.admit.run(null, Terms.NONE, deferrals, terms);
        stages.cache.run(null, Stages.UNCACHED, deferrals, cache);
        stages.route.run(null, Stages.UNROUTED, deferrals, route);
        hole.consume(terms.result);
    }

    /** Ends the thread of the event loop. */
    @TearDown(Level.Trial)
    public void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class Told<R> implements Decision<R> {
        private R result;

        @Override
        public void decided(R value, String by) {
            result = value;
        }

        @Override
        public void rejected(PgError error, String by) {
            throw new IllegalStateException("nobody refuses");
        }
    }
}
