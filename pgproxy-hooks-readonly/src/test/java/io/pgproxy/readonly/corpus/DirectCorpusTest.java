package io.pgproxy.readonly.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * The harness sees what it is to see: without a proxy each case that has to be refused does its harm, and it is
 * noticed. The build plays one case for each kind of harm; {@code -Dpgproxy.corpus.direct=all} plays all.
 */
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
class DirectCorpusTest {
    private static final boolean ALL =
            System.getProperty("pgproxy.corpus.direct", "").equals("all");

    private CorpusServer corpus;

    @BeforeAll
    void fill(LocalPostgres server) throws Exception {
        corpus = CorpusServer.on(server);
    }

    @AfterAll
    void close() throws Exception {
        corpus.close();
    }

    @TestFactory
    Stream<DynamicTest> harmIsSeenWhereNobodyRefusesIt() {
        List<CorpusCase> harmful =
                CorpusCase.all().stream().filter(one -> !one.allow()).toList();
        return (ALL ? harmful : oneOfEachHarm(harmful))
                .stream().map(played -> dynamicTest(played.toString(), () -> doesHarm(played)));
    }

    private static List<CorpusCase> oneOfEachHarm(List<CorpusCase> cases) {
        Set<List<String>> kinds = new HashSet<>();
        List<CorpusCase> chosen = new ArrayList<>();
        for (CorpusCase one : cases) {
            if (one.verifySql() != null || one.readsFiles() || one.victim() || kinds.add(one.changed())) {
                chosen.add(one);
            }
        }
        return chosen;
    }

    /** What earlier cases did stays, until it is in the way of one. */
    private void doesHarm(CorpusCase played) throws Exception {
        CaseRun.Result result = CaseRun.of(played, corpus, corpus.server().port());
        if (!isHarmed(played, result)) {
            corpus.restore();
            result = CaseRun.of(played, corpus, corpus.server().port());
        }

        if (result.changed().contains("prepared transactions")) {
            corpus.restore(); // others wait for it
        }
        assertThat(result.errors()).as(played + ": " + result).isEmpty();
        assertThat(result.changed()).as(played + ": " + result).containsAll(expected(played));
        assertThat(result.hasRows() || !played.readsFiles())
                .as(played + ": " + result)
                .isTrue();
    }

    private static boolean isHarmed(CorpusCase played, CaseRun.Result result) {
        return result.errors().isEmpty() && result.changed().containsAll(expected(played));
    }

    /** In the words of {@link ServerState}; a column added to a table shows in the catalogue and leaves its rows. */
    private static List<String> expected(CorpusCase played) {
        boolean ofColumns = played.changed().contains("pg_attribute");
        return played.changed().stream()
                .filter(name -> !(ofColumns && name.equals("t")))
                .map(name -> name.startsWith("lock") ? "locks" : name.equals("lo") ? "pg_largeobject" : name)
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> whatIsAllowedChangesNothing() {
        return CorpusCase.all().stream()
                .filter(CorpusCase::allow)
                .map(played -> dynamicTest(played.toString(), () -> doesNoHarm(played)));
    }

    private void doesNoHarm(CorpusCase played) throws Exception {
        corpus.restoreIfSpoiled();
        CaseRun.Result result = CaseRun.of(played, corpus, corpus.server().port());

        assertThat(result).as(played.toString()).satisfies(seen -> {
            assertThat(seen.errors()).isEqualTo(played.errors());
            assertThat(seen.survived()).isTrue();
            assertThat(seen.changed()).isEmpty();
        });
    }
}
