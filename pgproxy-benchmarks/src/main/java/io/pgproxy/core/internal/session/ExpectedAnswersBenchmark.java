package io.pgproxy.core.internal.session;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Keeping the books of what an upstream owes: for each message, one entry made and one struck out.
 *
 * <p>It stands in the package of what it measures; benchmarks run on the class path, where a package may have two
 * homes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ExpectedAnswersBenchmark {
    private static final int PIPELINE = 100;
    private static final int BATCH = 5;

    private final ExpectedAnswers expected = new ExpectedAnswers();

    /** A pipeline of P B D E S is sent whole, and then answered. */
    @Benchmark
    @OperationsPerInvocation(PIPELINE * BATCH)
    public int extendedPipeline() {
        for (int i = 0; i < PIPELINE; i++) {
            expected.sent(ExpectedAnswers.PARSE, null);
            expected.sent(ExpectedAnswers.BIND, null);
            expected.sent(ExpectedAnswers.DESCRIBE, null);
            expected.sent(ExpectedAnswers.EXECUTE, null);
            expected.sent(ExpectedAnswers.SYNC, null);
        }
        for (int i = 0; i < PIPELINE; i++) {
            expected.completed(ExpectedAnswers.PARSE);
            expected.completed(ExpectedAnswers.BIND);
            expected.described();
            expected.executed();
            expected.ready();
        }
        return expected.size();
    }

    /** One simple query: sent, described, executed, ready. */
    @Benchmark
    public int simpleQuery() {
        expected.sent(ExpectedAnswers.QUERY, null);
        expected.described();
        expected.executed();
        expected.ready();
        return expected.size();
    }
}
