package io.pgproxy.testkit.hook.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Reply;
import io.pgproxy.protocol.Column;
import io.pgproxy.testkit.hook.HookTester;
import io.pgproxy.testkit.hook.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The programs of docs/hooks.md are the classes beside this one, and do what is said there. */
class DocumentsTest {
    private static final Path SOURCES = Path.of("src/test/java/io/pgproxy/testkit/hook/documents");
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```$");

    private final CompletableFuture<Boolean> agreement = new CompletableFuture<>();

    @Test
    void theDocumentHasTheseProgramsAndNoOthers() throws IOException {
        List<String> documented = JAVA.matcher(Files.readString(Path.of("../docs/hooks.md")))
                .results()
                .map(block -> block.group(1))
                .toList();

        assertThat(documented).containsExactly(source("Approval.java"), source("TenantRows.java"));
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
}
