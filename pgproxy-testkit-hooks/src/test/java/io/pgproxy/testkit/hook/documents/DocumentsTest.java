package io.pgproxy.testkit.hook.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Reply;
import io.pgproxy.protocol.Column;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.structure.StructureSettings;
import io.pgproxy.testkit.hook.HookTester;
import io.pgproxy.testkit.hook.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of docs/hooks.md are the classes beside this one, and do what is said there. */
class DocumentsTest {
    private static final Path SOURCES = Path.of("src/test/java/io/pgproxy/testkit/hook/documents");
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```$");

    private final CompletableFuture<Boolean> agreement = new CompletableFuture<>();

    /** So that a first parse on a busy machine is not what the analyzer's deadline of five seconds meets. */
    @BeforeAll
    static void loadTheParser() {
        try (SqlAnalyzer analyzer = SqlAnalyzer.builder()
                .structure(StructureSettings.DEFAULT.withDeadline(Duration.ofMinutes(1)))
                .build()) {
            analyzer.analyze("DELETE FROM t WHERE a = 1")
                    .statements()
                    .get(0)
                    .tree()
                    .toCompletableFuture()
                    .join();
        }
    }

    @Test
    void theDocumentHasTheseProgramsAndNoOthers() throws IOException {
        List<String> documented = JAVA.matcher(Files.readString(Path.of("../docs/hooks.md")))
                .results()
                .map(block -> block.group(1))
                .toList();

        assertThat(documented)
                .containsExactly(
                        source("Approval.java"),
                        source("NoBlindWrites.java"),
                        source("TenantRows.java"),
                        source("ResultCache.java"));
    }

    @Test
    void theGuideToTheTestKitHasTheTestBesideThisOne() throws IOException {
        assertThat(Files.readString(Path.of("../docs/testkit.md")))
                .contains("```java\n" + source("NoBlindDeleteTest.java") + "```\n");
    }

    private static String source(String file) throws IOException {
        String source = Files.readString(SOURCES.resolve(file));
        return source.substring(source.indexOf("import "));
    }

    private HookTester approval() {
        return HookTester.of("approval", new Approval(execution -> agreement))
                .upstream("main", sql -> Reply.command("DELETE 3"));
    }

    @Test
    void aDeletionOfAllRowsWaitsForAnAgreement() {
        try (HookTester tester = approval()) {
            assertThat(tester.query("DELETE FROM orders WHERE id = 1").waiting())
                    .isFalse();
            Seen seen = tester.query("DELETE FROM orders");
            assertThat(seen.waiting()).isTrue();
            assertThat(seen.sent("main")).isEmpty();

            agreement.complete(true);

            assertThat(seen.client()).containsExactly("CommandComplete DELETE 3", "ReadyForQuery I");
        }
    }

    @Test
    void aDeletionThatNobodyAgreesToIsRefused() {
        try (HookTester tester = approval()) {
            Seen seen = tester.query("DELETE FROM orders");

            agreement.complete(false);

            assertThat(seen.client())
                    .containsExactly("ErrorResponse 42501 nobody has agreed to delete all rows", "ReadyForQuery I");
            assertThat(seen.sent("main")).isEmpty();
        }
    }

    @Test
    void nobodyWaitsForEver() {
        try (HookTester tester = approval()) {
            Seen seen = tester.query("DELETE FROM orders");

            tester.advance(Duration.ofMinutes(10));

            assertThat(seen.client()).first().asString().startsWith("ErrorResponse 57014 ");
        }
    }

    @Test
    void eachTenantSeesItsOwnRows() {
        try (HookTester tester = HookTester.of(
                        HookChain.builder().hook(new TenantRows()).build())
                .user("till_7", "shop")
                .upstream("main", sql -> Reply.of(List.of(Column.int4("id"))).row(1))) {
            Seen seen = tester.prepared("SELECT o.id FROM public.orders o JOIN items USING (id)");
            tester.await();

            assertThat(seen.sent("main"))
                    .containsExactly("SELECT o.id FROM orders_of_7 AS \"o\" JOIN items USING (id)");
            assertThat(seen.client()).contains("DataRow 1");
            assertThat(tester.query("DELETE FROM orders").outcomes())
                    .singleElement()
                    .extracting(Outcome::decidedBy)
                    .isEqualTo("TenantRows");
        }
    }

    private static Seen blind(String... statements) {
        try (HookTester tester =
                HookTester.of("no-blind-writes", new NoBlindWrites()).upstream("main", sql -> Reply.command("DONE"))) {
            Seen last = null;
            for (String statement : statements) {
                last = tester.query(statement);
                tester.await();
            }
            return last;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM t",
                "WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x WHERE a = 1",
                "WITH x AS (DELETE FROM t RETURNING a) UPDATE u SET b = 1 WHERE c = 2",
                "WITH x AS (UPDATE t SET a = 1 RETURNING a) INSERT INTO u SELECT a FROM x",
                "EXPLAIN UPDATE t SET a = 1",
                "PREPARE p AS DELETE FROM t",
                "COPY (DELETE FROM t RETURNING a) TO STDOUT",
                "COPY (DELETE FROM t RETURNING a) TO '/tmp/t'",
                "CREATE TABLE u AS WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x",
                "EXPLAIN CREATE TABLE u AS WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x"
            })
    void aChangeWithoutConditionIsRefusedWhereverItStands(String sql) {
        assertThat(blind(sql).outcomes())
                .singleElement()
                .extracting(Outcome::status)
                .isEqualTo(Outcome.Status.REFUSED);
    }

    @Test
    void changesWithConditionsPass() {
        assertThat(blind("WITH x AS (DELETE FROM t WHERE a = 1 RETURNING a) SELECT a FROM x")
                        .sent("main"))
                .hasSize(1);
        assertThat(blind("PREPARE p AS DELETE FROM t WHERE a = 1", "EXECUTE p").sent("main"))
                .containsExactly("EXECUTE p");
        assertThat(blind("CREATE TABLE u (a int)").sent("main")).hasSize(1);
    }

    @Test
    void aKnownQueryIsAskedForOnce() {
        ResultCache cache = new ResultCache(Set.of("select name from public.products where id = $1"));
        try (HookTester tester = HookTester.of("cache", cache)
                .upstream("main", sql -> Reply.of(List.of(Column.text("name"))).row("pen"))) {
            String query = "SELECT name FROM public.products WHERE id = $1";
            tester.prepared(query, "1");
            Seen again = tester.prepared(query, "1");
            assertThat(again.client()).contains("DataRow pen");
            assertThat(again.ran("main")).isEmpty();
            assertThat(tester.prepared(query, "2").ran("main")).hasSize(1);
            tester.query("BEGIN");
            assertThat(tester.prepared(query, "1").ran("main")).hasSize(1);
            tester.query("COMMIT");

            cache.clear();

            assertThat(tester.prepared(query, "1").ran("main")).hasSize(1);
        }
    }
}
