package io.pgproxy.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.pgproxy.pool.PoolView;
import io.pgproxy.pool.UpstreamPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** The meters of one pool, which ask it for a view whenever somebody reads them; they go with it. */
final class PoolMeters {
    private static final String MAXIMUM = "pgproxy.pool.maximum";

    private final MeterRegistry registry;
    private final UpstreamPool pool;
    private final String upstream;
    private final List<Meter> meters = new ArrayList<>();

    private PoolMeters(MeterRegistry registry, UpstreamPool pool) {
        this.registry = registry;
        this.pool = pool;
        this.upstream = pool.view().upstream();
    }

    static PoolMeters of(MeterRegistry registry, UpstreamPool pool) {
        PoolMeters all = new PoolMeters(registry, pool);
        // A registry would hand out the meters of the pool that was there first, and lose them with this one.
        if (registry.find(MAXIMUM).tag("upstream", all.upstream).meter() == null) {
            all.gauges();
            all.counters();
        }
        return all;
    }

    private void gauges() {
        state("idle", PoolView::idle);
        // What is read while connections change hands may not add up.
        state("active", view -> Math.max(0, view.open() - view.idle() - view.pinned()));
        state("pinned", PoolView::pinned);
        gauge(MAXIMUM, "How many connections there may be", PoolView::maximum);
        gauge("pgproxy.pool.clients", "Clients that share the connections", PoolView::clients);
        gauge("pgproxy.pool.waiting", "Clients that wait for a connection", PoolView::waiting);
        meters.add(TimeGauge.builder(
                        "pgproxy.pool.longest.wait",
                        pool,
                        TimeUnit.NANOSECONDS,
                        each -> each.view().longestWait().toNanos())
                .description("How long the first of those that wait has waited")
                .tag("upstream", upstream)
                .register(registry));
    }

    private void state(String state, ToDoubleFunction<PoolView> value) {
        meters.add(Gauge.builder("pgproxy.pool.connections", pool, each -> value.applyAsDouble(each.view()))
                .description("Connections to the upstream, those that are logging in included")
                .tag("upstream", upstream)
                .tag("state", state)
                .register(registry));
    }

    private void gauge(String name, String description, ToDoubleFunction<PoolView> value) {
        meters.add(Gauge.builder(name, pool, each -> value.applyAsDouble(each.view()))
                .description(description)
                .tag("upstream", upstream)
                .register(registry));
    }

    private void counters() {
        counter("opened", "Connections that were logged in", PoolView.Counts::opened);
        counter("failed", "Logins that failed", PoolView.Counts::failed);
        counter("closed", "Connections that were closed", PoolView.Counts::closed);
        counter("destroyed", "Of these, those that were in doubt, or lost", PoolView.Counts::destroyed);
        counter("taken", "Times that a client got a connection", PoolView.Counts::taken);
        counter("waits", "Times that it had to wait", PoolView.Counts::waits);
        counter("timeouts", "Times that it waited in vain", PoolView.Counts::timedOut);
        counter("prepared", "Statements prepared anew on a connection", PoolView.Counts::prepared);
        counter("settled", "Settings brought to a connection", PoolView.Counts::settled);
        counter("resets", "Full resets", PoolView.Counts::resets);
        counter("healed", "Statements run again that the upstream had lost", PoolView.Counts::healed);
    }

    private void counter(String name, String description, ToLongFunction<PoolView.Counts> value) {
        meters.add(FunctionCounter.builder(
                        "pgproxy.pool." + name,
                        pool,
                        each -> value.applyAsLong(each.view().counts()))
                .description(description)
                .tag("upstream", upstream)
                .register(registry));
    }

    void remove() {
        meters.forEach(registry::remove);
    }
}
