package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.pgproxy.hook.HookBundle;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.RouteHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.hook.OneExchange;
import io.pgproxy.testkit.hook.OneSession;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A decision about a known text makes no garbage. */
@Timeout(60)
class AllocationTest {
    private static final int WARM = 10_000;
    private static final int MEASURED = 20_000;

    @Test
    void readsAndWritesAreDecidedOnWithoutGarbage() {
        UnaryOperator<ReadWriteSplitBuilder> bounded = options -> options.maxLagBytes(1000);
        for (String sql : List.of(
                "SELECT count(*), coalesce(max(id), 0), now() FROM orders WHERE id = $1",
                "INSERT INTO orders VALUES ($1)",
                "BEGIN")) {
            assertThat(bytesPerDecision(sql, options -> options, false)).as(sql).isLessThan(1);
            assertThat(bytesPerDecision(sql, bounded, false)).as(sql).isLessThan(1);
            assertThat(bytesPerDecision(sql, options -> options.policy(Balance.LEAST_CONNECTIONS), false))
                    .as(sql)
                    .isLessThan(1);
            assertThat(bytesPerDecision(sql, options -> options, true)).as(sql).isLessThan(1);
        }
    }

    private static double bytesPerDecision(
            String sql, UnaryOperator<ReadWriteSplitBuilder> options, boolean hasWritten) {
        Servers servers = new Servers();
        servers.get("a").primary(1000);
        servers.get("b").standby(1000);
        servers.get("c").standby(1000);
        try (Topology topology = Topology.builder()
                .writer("a", Servers.url("a"))
                .reader("b", Servers.url("b"))
                .reader("c", Servers.url("c"))
                .start(servers)) {
            RouteHook route =
                    route(options.apply(ReadWriteSplit.over(topology)).build().hook());
            OneSession session = new OneSession();
            OneExchange exchange = OneExchange.of(session, sql);
            SplitSession state = new SplitSession();
            session.set(SplitSession.KEY, state);
            if (hasWritten) {
                state.writes();
                state.transactionEnded();
                servers.get("a").awaitAnswer();
                servers.get("b").awaitAnswer();
            }
            Verdict<Route> last = decide(route, exchange, state, WARM);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            Verdict<Route> now = decide(route, exchange, state, MEASURED);
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(now).isInstanceOf(Verdict.Done.class);
            assertThat(last).isInstanceOf(Verdict.Done.class);
            return (double) bytes / MEASURED;
        }
    }

    private static Verdict<Route> decide(RouteHook route, OneExchange exchange, SplitSession state, int times) {
        Verdict<Route> last = Verdict.proceed();
        for (int i = 0; i < times; i++) {
            last = route.route(exchange);
            state.inFlight.ended(exchange);
        }
        return last;
    }

    static RouteHook route(QueryHook bundle) {
        return ((HookBundle) bundle)
                .hooks().stream()
                        .filter(RouteHook.class::isInstance)
                        .map(RouteHook.class::cast)
                        .findFirst()
                        .orElseThrow();
    }
}
