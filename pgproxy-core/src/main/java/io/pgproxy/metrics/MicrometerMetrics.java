package io.pgproxy.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.pgproxy.core.Limit;
import io.pgproxy.hook.Outcome;
import io.pgproxy.pool.UpstreamPool;
import io.pgproxy.protocol.SqlStateClasses;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Hands what a server measures of itself to Micrometer. The meters stand in docs/metrics.md; their number is bounded by
 * the kinds of statements, the hooks and the upstreams of the host, whatever clients send. Thread-safe; needs
 * micrometer-core.
 *
 * <p>One instance for each server; servers that share a registry share its meters, unless their registries add a tag.
 */
@SuppressWarnings("EnumOrdinal") // indexes of this process, which spare a query the search for its meter
public final class MicrometerMetrics implements ProxyMetrics {
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(100_000), Duration.ofNanos(250_000), Duration.ofNanos(500_000),
        Duration.ofMillis(1), Duration.ofNanos(2_500_000), Duration.ofMillis(5),
        Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
        Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
        Duration.ofSeconds(1), Duration.ofMillis(2_500), Duration.ofSeconds(5),
        Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60)
    };

    private static final StatementKind[] KINDS = StatementKind.values();
    private static final Outcome.Status[] STATUSES = Outcome.Status.values();
    private static final Outcome.Source[] SOURCES = Outcome.Source.values();
    private static final StatementFamily[] FAMILIES = StatementFamily.values();

    private final MeterRegistry registry;
    private final AtomicInteger inLogin = new AtomicInteger();
    private final AtomicInteger serving = new AtomicInteger();
    private final Counter connected;
    private final Timer logins;
    private final Counter rows;
    private final Counter bytes;
    private final Counter wrapped;
    private final Counter deferred;
    private final Counter paused;

    // Made when they are needed first: most servers see few of all the kinds there are.
    private final AtomicReferenceArray<@Nullable Counter> queries =
            new AtomicReferenceArray<>(KINDS.length * STATUSES.length * SOURCES.length);
    private final AtomicReferenceArray<@Nullable Timer> queued = new AtomicReferenceArray<>(FAMILIES.length);
    private final AtomicReferenceArray<@Nullable Timer> upstream = new AtomicReferenceArray<>(FAMILIES.length);
    private final AtomicReferenceArray<@Nullable Timer> proxy = new AtomicReferenceArray<>(FAMILIES.length);
    private final AtomicReferenceArray<@Nullable Counter> limits = new AtomicReferenceArray<>(Limit.values().length);
    private final ConcurrentHashMap<String, Counter> errors = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, ConcurrentHashMap<String, Timer>> hooks = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<UpstreamPool, PoolMeters> pools = new ConcurrentHashMap<>();

    private MicrometerMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.connected = counter("pgproxy.connections.opened", "Connections that were accepted");
        this.logins = Timer.builder("pgproxy.login.time")
                .description("From accept to the first ReadyForQuery")
                .register(registry);
        this.rows = counter("pgproxy.rows", "Rows that clients were sent, or that command tags count");
        this.bytes = Counter.builder("pgproxy.bytes")
                .description("Bytes of results that clients were sent")
                .baseUnit("bytes")
                .register(registry);
        this.wrapped = counter(
                "pgproxy.queries.wrapped",
                "Queries that ran in a block of the proxy's own: BEGIN and COMMIT are not counted");
        this.deferred = counter("pgproxy.reads.deferred", "Messages that waited for answers or verdicts");
        this.paused = counter("pgproxy.reads.paused", "Times that reading stopped because the other side was slow");
        gauges();
    }

    /**
     * Meters in a registry.
     *
     * @param registry where they are registered, at once or when they are needed first
     * @return to be given to a server
     */
    @SuppressWarnings("exports") // a host that measures requires Micrometer's module by itself
    public static MicrometerMetrics of(MeterRegistry registry) {
        return new MicrometerMetrics(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private void gauges() {
        Gauge.builder("pgproxy.connections", inLogin, AtomicInteger::get)
                .description("Clients that are connected")
                .tag("state", "login")
                .strongReference(true) // a host may look when the server is gone
                .register(registry);
        Gauge.builder("pgproxy.connections", serving, AtomicInteger::get)
                .description("Clients that are connected")
                .tag("state", "serving")
                .strongReference(true)
                .register(registry);
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider allocator) {
            Gauge.builder("pgproxy.buffers", allocator, each -> each.metric().usedDirectMemory())
                    .description("Memory of the buffers of all servers in this process")
                    .tag("memory", "direct")
                    .baseUnit("bytes")
                    .register(registry);
            Gauge.builder("pgproxy.buffers", allocator, each -> each.metric().usedHeapMemory())
                    .description("Memory of the buffers of all servers in this process")
                    .tag("memory", "heap")
                    .baseUnit("bytes")
                    .register(registry);
        }
    }

    @Override
    public void connected() {
        connected.increment();
        inLogin.incrementAndGet();
    }

    @Override
    public void disconnected() {
        inLogin.decrementAndGet();
    }

    @Override
    public void loggedIn(long nanos) {
        logins.record(nanos, TimeUnit.NANOSECONDS);
        inLogin.decrementAndGet();
        serving.incrementAndGet();
    }

    @Override
    public void loggedOut() {
        serving.decrementAndGet();
        inLogin.incrementAndGet();
    }

    @Override
    public void executed(
            StatementKind kind, Outcome.Status status, Outcome.Source source, long moreRows, long moreBytes) {
        int index = (kind.ordinal() * STATUSES.length + status.ordinal()) * SOURCES.length + source.ordinal();
        Counter counter = queries.get(index);
        if (counter == null) {
            counter = Counter.builder("pgproxy.queries")
                    .description("Executions, by how they ended")
                    .tag("kind", name(kind))
                    .tag("status", name(status))
                    .tag("source", name(source))
                    .register(registry);
            queries.set(index, counter);
        }
        counter.increment();
        if (moreRows != 0) {
            rows.increment((double) moreRows);
        }
        if (moreBytes != 0) {
            bytes.increment((double) moreBytes);
        }
    }

    @Override
    public void took(StatementKind kind, long inQueue, long atUpstream, long inProxy) {
        time(queued, "queue", kind.family(), inQueue);
        time(upstream, "upstream", kind.family(), atUpstream);
        time(proxy, "proxy", kind.family(), inProxy);
    }

    /** What took no time is not recorded: most queries wait for nothing. */
    private void time(AtomicReferenceArray<@Nullable Timer> timers, String where, StatementFamily family, long nanos) {
        if (nanos == 0) {
            return;
        }
        Timer timer = timers.get(family.ordinal());
        if (timer == null) {
            timer = Timer.builder("pgproxy.query.time")
                    .description("Where the time of executions went")
                    .tag("where", where)
                    .tag("family", name(family))
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry);
            timers.set(family.ordinal(), timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void wrapped() {
        wrapped.increment();
    }

    @Override
    public void failed(String sqlState) {
        errors.computeIfAbsent(SqlStateClasses.of(sqlState), this::errors).increment();
    }

    private Counter errors(String sqlStateClass) {
        return Counter.builder("pgproxy.errors")
                .description("Errors that clients were told of")
                .tag("class", sqlStateClass)
                .register(registry);
    }

    @Override
    public void limited(Limit limit) {
        Counter counter = limits.get(limit.ordinal());
        if (counter == null) {
            counter = Counter.builder("pgproxy.limits")
                    .description("Times that somebody was over a limit")
                    .tag("limit", name(limit))
                    .register(registry);
            limits.set(limit.ordinal(), counter);
        }
        counter.increment();
    }

    @Override
    public void asked(String hook, String stage, long nanos) {
        ConcurrentHashMap<String, Timer> stages = hooks.computeIfAbsent(hook, name -> new ConcurrentHashMap<>());
        Timer timer = stages.get(stage);
        if (timer == null) {
            timer = Timer.builder("pgproxy.hook.time")
                    .description("How long hooks took to answer, or to say that they will")
                    .tag("hook", hook)
                    .tag("stage", stage)
                    .register(registry);
            stages.put(stage, timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void deferred() {
        deferred.increment();
    }

    @Override
    public void paused() {
        paused.increment();
    }

    @Override
    public void pooled(UpstreamPool pool) {
        pools.computeIfAbsent(pool, each -> PoolMeters.of(registry, each));
    }

    @Override
    public void unpooled(UpstreamPool pool) {
        PoolMeters meters = pools.remove(pool);
        if (meters != null) {
            meters.remove();
        }
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** {@return nothing of what was measured} */
    @Override
    public String toString() {
        return "MicrometerMetrics";
    }
}
