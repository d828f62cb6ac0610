package io.pgproxy.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A hook's refusal, wherever it falls in a pipeline, is answered as PostgreSQL answers an error of its own in that
 * place: the same messages in the same order, the same transaction status, the same rows left behind. The direct run
 * has a statement there that the server itself refuses.
 */
@WithPostgres
class HookRefusalTest {
    private static final boolean ALL = "all".equals(System.getProperty("pgproxy.pipelines"));

    /** Of three parts; it has no factor in common with the number of parts, so each part comes in each place. */
    private static final int ONE_OF = 4;

    private static final int SOME = 600;
    private static final int SHOWN = 5;
    private static final long SEED = 20_240_229;

    private final TestDatabase database;
    private HookedProxy proxy;

    HookRefusalTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
        proxy = HookedProxy.before(
                database,
                QueryHook.all(
                        QueryHook.answer(HookRefusalTest::statement), QueryHook.admit(HookRefusalTest::execution)));
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private static Verdict<Answer> statement(Statement statement) {
        return statement.sql().contains("refuse statement")
                ? Verdict.reject("42501", "the statement is refused")
                : Verdict.proceed();
    }

    private static Verdict<Terms> execution(Execution execution) {
        Statement statement = execution.statement();
        return statement.form() == Statement.Form.FUNCTION_CALL
                        || statement.sql().contains("refuse_execution")
                ? Verdict.reject("42501", "the execution is refused")
                : Verdict.proceed();
    }

    @Test
    void oneOrTwoParts() throws Exception {
        List<Pipeline> pipelines = new ArrayList<>(Pipeline.ofLength(1));
        pipelines.addAll(Pipeline.ofLength(2));
        same(pipelines);
    }

    @Test
    void threeParts() throws Exception {
        List<Pipeline> all = Pipeline.ofLength(3);
        same(IntStream.range(0, all.size())
                .filter(i -> ALL || i % ONE_OF == 0)
                .mapToObj(all::get)
                .toList());
    }

    @Test
    void fourParts() throws Exception {
        assumeTrue(ALL, "takes minutes: -Dpgproxy.pipelines=all");
        same(Pipeline.ofLength(4));
    }

    @Test
    void someOfFourAndMoreParts() throws Exception {
        List<Pipeline> pipelines = new ArrayList<>(Pipeline.someOfLength(4, SOME, SEED));
        pipelines.addAll(Pipeline.someOfLength(7, SOME / 2, SEED));
        same(pipelines);
    }

    /** One session on each side for all of them: what one leaves behind, the next one meets. */
    private void same(List<Pipeline> pipelines) throws Exception {
        List<String> differing = new ArrayList<>();
        try (ScriptedClient direct = proxy.direct();
                ScriptedClient proxied = proxy.client()) {
            for (Pipeline pipeline : pipelines) {
                List<String> expected = pipeline.answers(direct, true);
                List<String> actual = pipeline.answers(proxied, false);
                if (!actual.equals(expected)) {
                    differing.add(pipeline + "\n  direct  " + expected + "\n  proxied " + actual);
                }
            }
        }
        assertThat(differing.stream().limit(SHOWN))
                .as(differing.size() + " of " + pipelines.size() + " pipelines")
                .isEmpty();
    }
}
