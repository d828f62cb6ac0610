package io.pgproxy.core.internal.hook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.metrics.ProxyMetrics;
import io.pgproxy.protocol.PgError;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What it costs to ask hooks that have nothing to say. */
@SuppressWarnings("NullAway") // a hook that says nothing looks at nothing
class StagesTest {
    private static final int RUNS = 10_000;

    @Test
    void eightHooksThatProceedCostNoGarbage() {
        HookChain.Builder chain = HookChain.builder();
        for (int i = 0; i < 8; i++) {
            chain.hook("admit " + i, QueryHook.admit(execution -> Verdict.proceed()));
        }
        EventLoop loop = new DefaultEventLoop();
        try {
            Stages stages = new Stages(chain.build(), ProxyMetrics.NONE);
            Deferrals deferrals = new Deferrals(loop, () -> {});
            Decided decided = new Decided();
            run(stages, deferrals, decided);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

            long before = threads.getCurrentThreadAllocatedBytes();
            run(stages, deferrals, decided);
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;

            assertThat(decided.times).isEqualTo(2 * RUNS);
            assertThat(bytes).isLessThan(RUNS); // the measurement itself may allocate once
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private static void run(Stages stages, Deferrals deferrals, Decided decided) {
        for (int i = 0; i < RUNS; i++) {
            stages.admit.run(null, Terms.NONE, deferrals, decided);
        }
    }

    private static final class Decided implements Decision<Terms> {
        private int times;

        @Override
        public void decided(Terms result, String by) {
            times++;
        }

        @Override
        public void rejected(PgError error, String by) {
            throw new IllegalStateException("nobody refuses");
        }
    }
}
