package io.pgproxy.benchmarks;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.FrameScanner;
import io.pgproxy.protocol.frame.HeaderRules;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.CommandComplete;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.Execute;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.Sync;
import io.pgproxy.protocol.message.frontend.Target;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The header scanner on one whole buffer, as a relay's socket reads it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScanBenchmark {
    private static final int ROWS = 1_000;
    private static final int ANSWERS = 100;
    private static final int ANSWER = 4;
    private static final int PIPELINE = 100;
    private static final int BATCH = 5;

    private final ByteBuf rows = WireBytes.repeated(ROWS, WireBytes.ROW::write);
    private final ByteBuf answers = WireBytes.repeated(ANSWERS, ScanBenchmark::writeAnswer);
    private final ByteBuf pipeline = WireBytes.repeated(PIPELINE, ScanBenchmark::writeBatch);

    private final DroppingSink sink = new DroppingSink();
    private final FrameScanner passing = backend(Interest.nothing());
    private final FrameScanner noting = backend(Interest.nothing().note(BackendTag.DATA_ROW));
    private final FrameScanner cutting = backend(Interest.nothing().cut(BackendTag.DATA_ROW));
    private final FrameScanner session = backend(Interest.nothing()
            .note(BackendTag.ROW_DESCRIPTION, BackendTag.COMMAND_COMPLETE, BackendTag.READY_FOR_QUERY)
            .cut(BackendTag.ERROR_RESPONSE));
    private final FrameScanner client = scanner(
            HeaderRules.FRONTEND,
            Interest.nothing()
                    .note(
                            FrontendTag.PARSE,
                            FrontendTag.BIND,
                            FrontendTag.DESCRIBE,
                            FrontendTag.EXECUTE,
                            FrontendTag.SYNC));

    /** Rows that nobody reads: what each row of a large result costs. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int rowsPassed() {
        return scan(passing, rows);
    }

    /** Rows of which a sink is told. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int rowsNoted() {
        return scan(noting, rows);
    }

    /** Rows that a hook wants, each as a frame. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int rowsCut() {
        return scan(cutting, rows);
    }

    /** Answers to simple queries of one row each, as a session sees them: T, C and Z are noted, D passes. */
    @Benchmark
    @OperationsPerInvocation(ANSWERS * ANSWER)
    public int simpleAnswers() {
        return scan(session, answers);
    }

    /** A client's pipeline of P B D E S, each message noted. */
    @Benchmark
    @OperationsPerInvocation(PIPELINE * BATCH)
    public int extendedPipeline() {
        return scan(client, pipeline);
    }

    private int scan(FrameScanner scanner, ByteBuf bytes) {
        scanner.scan(bytes.retain());
        return sink.messages();
    }

    private FrameScanner backend(Interest interest) {
        return scanner(HeaderRules.BACKEND, interest);
    }

    private FrameScanner scanner(HeaderRules rules, Interest interest) {
        return new FrameScanner(rules, interest, 1 << 16, sink);
    }

    private static void writeAnswer(ByteBuf out) {
        WireBytes.COLUMNS.write(out);
        WireBytes.ROW.write(out);
        new CommandComplete("SELECT 1").write(out);
        new ReadyForQuery(TransactionStatus.IDLE).write(out);
    }

    private static void writeBatch(ByteBuf out) {
        new Parse("S_1", "UPDATE orders SET total = $3 WHERE id = $1 AND name = $2", List.of()).write(out);
        WireBytes.BIND.write(out);
        new Describe(Target.PORTAL, "").write(out);
        new Execute("", 0).write(out);
        Sync.INSTANCE.write(out);
    }
}
