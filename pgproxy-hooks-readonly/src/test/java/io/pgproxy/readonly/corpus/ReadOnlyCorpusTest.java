package io.pgproxy.readonly.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Every case through a read-only proxy whose upstream user may do everything. */
@WithPostgres(
        own = true,
        settings = {
            "wal_level=logical",
            "max_prepared_transactions=10",
            "autovacuum=off",
            "checkpoint_timeout=1h",
            "max_wal_size=4GB"
        })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadOnlyCorpusTest {
    private static final int ATTEMPTS = 3;

    /** A write, a setting that stays as it is, and what a start-up must not ask for. */
    private static final List<String> REFUSALS = List.of("25006", "0A000", "42501");

    /** Cases of the tier policy in which the defaults of the hook are stricter than the corpus. */
    private static final Set<String> REFUSED_BY_DEFAULT = Set.of("ro-allow-explain-001");

    private CorpusServer corpus;
    private ProxyServer proxy;

    @BeforeAll
    void start(LocalPostgres server) throws Exception {
        corpus = CorpusServer.on(server);
        proxy = ReadOnlyProxy.before(server, CorpusServer.DATABASE);
    }

    @AfterAll
    void stop() throws Exception {
        proxy.close();
        corpus.close();
    }

    @TestFactory
    Stream<DynamicTest> simple() {
        return CorpusCase.all().stream().map(this::test);
    }

    @TestFactory
    Stream<DynamicTest> extended() {
        try (SqlAnalyzer analyzer = SqlAnalyzer.builder().build()) {
            return CorpusCase.all().stream()
                    .filter(played -> isOfSingleStatements(played, analyzer))
                    .map(CorpusCase::extended)
                    .toList()
                    .stream()
                    .map(this::test);
        }
    }

    private static boolean isOfSingleStatements(CorpusCase played, SqlAnalyzer analyzer) {
        return played.steps().stream()
                .allMatch(step -> step instanceof Step.Simple simple
                        && analyzer.analyze(simple.sql()).statements().size() == 1);
    }

    private DynamicTest test(CorpusCase played) {
        return dynamicTest(played.toString(), () -> judge(played, run(played)));
    }

    /** What a case watches may move by itself, such as the end of the log; so it is to move every time. */
    private CaseRun.Result run(CorpusCase played) throws Exception {
        corpus.restoreIfSpoiled();
        CaseRun.Result result = CaseRun.of(played, corpus, proxy.port());
        for (int attempt = 1; attempt < ATTEMPTS && result.changed().contains("__verify"); attempt++) {
            result = CaseRun.of(played, corpus, proxy.port());
        }
        return result;
    }

    private static void judge(CorpusCase played, CaseRun.Result result) {
        assertThat(result).as(played.toString()).satisfies(seen -> {
            if (played.allow() && !REFUSED_BY_DEFAULT.contains(played.id())) {
                assertThat(seen.errors()).isEqualTo(played.errors());
            } else {
                assertThat(seen.errors()).containsAnyElementsOf(REFUSALS);
                assertThat(played.readsFiles() && seen.hasRows()).isFalse();
            }
            assertThat(seen.changed()).isEmpty();
            assertThat(seen.survived() || isFatal(seen)).isTrue();
        });
    }

    /** A session that is refused at its start has nothing to survive. */
    private static boolean isFatal(CaseRun.Result result) {
        return result.seen().stream().anyMatch(message -> message.tag() == 'E' && "FATAL".equals(message.severity()));
    }
}
