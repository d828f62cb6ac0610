package io.pgproxy.benchmarks;

import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.structure.SqlTree;
import java.nio.charset.StandardCharsets;
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

/** What it costs to ask about a text of 100 bytes: one that is known, and one that is not. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AnalyzerBenchmark {
    private static final String TEXT =
            "SELECT id, name, email FROM customers WHERE id = $1 AND active ORDER BY created_at DESC LIMIT 10 -- 1";
    private static final int PASSES = 3;
    private static final int LETTERS = 26;

    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();
    private final SqlAnalyzer forgetful =
            SqlAnalyzer.builder().rememberedBytes(0).build();
    private final byte[] bytes = TEXT.getBytes(StandardCharsets.UTF_8);
    private final byte[] changing = bytes.clone();
    private int round;

    /** Makes the text and its structure known. */
    @Setup(Level.Trial)
    public void learn() {
        for (int i = 0; i < PASSES; i++) {
            SqlTree unused = analyzer.analyze(TEXT)
                    .statements()
                    .get(0)
                    .tree()
                    .toCompletableFuture()
                    .join();
        }
    }

    /** Ends the threads that have parsed. */
    @TearDown(Level.Trial)
    public void close() {
        analyzer.close();
        forgetful.close();
    }

    /** A known text as it comes off the wire. */
    @Benchmark
    public SqlAnalysis knownBytes() {
        return analyzer.analyze(bytes, 0, bytes.length, true);
    }

    /** A known text as a string. */
    @Benchmark
    public SqlAnalysis knownString() {
        return analyzer.analyze(TEXT);
    }

    /** A text that is not remembered: copied, read and classified. */
    @Benchmark
    public SqlAnalysis newText() {
        // Another letter in the comment at its end.
        changing[changing.length - 1] = (byte) ('A' + ++round % LETTERS);
        return forgetful.analyze(changing, 0, changing.length, true);
    }

    /** The structure of a known text. */
    @Benchmark
    public Object knownStructure() {
        return analyzer.analyze(bytes, 0, bytes.length, true)
                .statements()
                .get(0)
                .tree();
    }
}
