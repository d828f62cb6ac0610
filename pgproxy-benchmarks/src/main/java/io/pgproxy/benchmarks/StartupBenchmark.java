package io.pgproxy.benchmarks;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.startup.StartupDecoder;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupPacket;
import io.pgproxy.protocol.startup.StartupParameter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a connection's first packet costs, its decoder included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StartupBenchmark {
    private final ByteBuf packet = WireBytes.repeated(
            1,
            new StartupMessage(
                    ProtocolVersion.V3_0,
                    List.of(
                            new StartupParameter("user", "shop"),
                            new StartupParameter("database", "orders"),
                            new StartupParameter("application_name", "psql"),
                            new StartupParameter("client_encoding", "UTF8")))::write);

    /** A StartupMessage with four parameters, whole in one read. */
    @Benchmark
    public @Nullable StartupPacket decodeStartupMessage() {
        return new StartupDecoder().decode(packet.readerIndex(0));
    }
}
