package io.pgproxy.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.pgproxy.core.Limits;
import io.pgproxy.core.LimitsBuilder;
import io.pgproxy.core.memory.MemoryConnection;
import io.pgproxy.core.memory.MemoryProxy;
import io.pgproxy.hook.HookChain;
import io.pgproxy.metrics.MicrometerMetrics;
import io.pgproxy.metrics.ProxyMetrics;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.message.frontend.Query;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One query of one row through a session in memory: what limits and metrics add is the difference to the transparent
 * session.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway") // set up before it runs
public class WatchBenchmark {
    private static final byte[] QUERY = query();

    /** What is added to the transparent session. */
    @Param({"nothing", "limits", "metrics", "both"})
    public String added;

    private MemoryProxy proxy;
    private MemoryConnection client;

    private static byte[] query() {
        ByteBuf bytes = Unpooled.buffer();
        new Query("SELECT abalance FROM pgbench_accounts WHERE aid = 123456;").write(bytes);
        byte[] whole = new byte[bytes.readableBytes()];
        bytes.readBytes(whole);
        return whole;
    }

    /** Logs a client in. */
    @Setup
    public void start() {
        LimitsBuilder limits = Limits.builder();
        if (added.equals("limits") || added.equals("both")) {
            limits.maxRows(10_000)
                    .maxBytes(100 << 20)
                    .maxTime(Duration.ofSeconds(30))
                    .queriesPerSecond(1_000_000_000)
                    .concurrentQueries(100);
        }
        ProxyMetrics metrics = added.equals("metrics") || added.equals("both")
                ? MicrometerMetrics.of(new SimpleMeterRegistry())
                : ProxyMetrics.NONE;
        proxy = MemoryProxy.before(new CannedBackend(), Map.of(), HookChain.EMPTY, limits.build(), metrics);
        client = proxy.connect(InetSocketAddress.createUnresolved("benchmark", 1));
        ByteBuf startup = Unpooled.buffer();
        new StartupMessage(ProtocolVersion.V3_0, List.of(new StartupParameter("user", "u"))).write(startup);
        client.send(startup);
        client.received();
    }

    /** A query, its answer. */
    @Benchmark
    public byte[] oneQuery() {
        client.send(ByteBufAllocator.DEFAULT.directBuffer(QUERY.length).writeBytes(QUERY));
        return client.received();
    }

    /** Ends the session. */
    @TearDown
    public void stop() {
        proxy.close();
    }
}
