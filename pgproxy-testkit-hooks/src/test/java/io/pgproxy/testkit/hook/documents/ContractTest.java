package io.pgproxy.testkit.hook.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.Answer;
import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.CacheHook;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.HookOptions;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Reply;
import io.pgproxy.hook.RowTransform;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.protocol.message.frontend.Execute;
import io.pgproxy.protocol.message.frontend.Flush;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.Sync;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.testkit.hook.HookTester;
import io.pgproxy.testkit.hook.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/hooks.md says in words. */
class ContractTest {
    private static final List<Column> ANSWER = List.of(Column.int4("answer"));
    private static final QueryHook OWN =
            QueryHook.answer(statement -> statement.facts().isCallOf("answer")
                    ? Verdict.of(new Answer(
                            ANSWER, execution -> Verdict.of(Reply.of(ANSWER).row(42))))
                    : Verdict.proceed());
    private static final QueryHook NO_DELETE =
            QueryHook.admit(execution -> execution.statement().facts().kind() == StatementKind.DELETE
                    ? Verdict.reject("42501", "nothing is deleted here")
                    : Verdict.proceed());

    private static HookTester with(HookChain.Builder chain) {
        return HookTester.of(chain.build())
                .upstream(
                        "main",
                        sql -> sql.startsWith("SELECT")
                                ? Reply.of(List.of(Column.text("a"), Column.text("b")))
                                        .row("1", "2")
                                : Reply.command("DELETE 1"));
    }

    private static HookTester with(String name, QueryHook hook) {
        return with(HookChain.builder().hook(name, hook));
    }

    private static List<Outcome.Status> statuses(Seen seen) {
        return seen.outcomes().stream().map(Outcome::status).toList();
    }

    @Test
    void oneRefusalRefusesAllStatementsOfAQuery() {
        try (HookTester tester = with("no-delete", NO_DELETE)) {
            Seen seen = tester.query("SELECT 1; DELETE FROM t; SELECT 2");

            assertThat(seen.client()).containsExactly("ErrorResponse 42501 nothing is deleted here", "ReadyForQuery I");
            assertThat(seen.sent("main")).isEmpty();
            assertThat(statuses(seen))
                    .containsExactly(Outcome.Status.SKIPPED, Outcome.Status.REFUSED, Outcome.Status.SKIPPED);
        }
    }

    @Test
    void anOwnAnswerAmongOtherStatementsIsRefused() {
        try (HookTester tester = with("own", OWN)) {
            Seen seen = tester.query("SELECT 1; SELECT answer()");

            assertThat(seen.client()).first().asString().startsWith("ErrorResponse 0A000 ");
            assertThat(seen.sent("main")).isEmpty();
        }
    }

    @Test
    void anOwnReplyInAFailedBlockIs25P02() {
        try (HookTester tester = with(HookChain.builder().hook("own", OWN).hook("no-delete", NO_DELETE))) {
            tester.query("BEGIN");
            tester.query("DELETE FROM t");

            assertThat(tester.query("SELECT answer()").client())
                    .satisfiesExactly(
                            error -> assertThat(error).startsWith("ErrorResponse 25P02 "),
                            ready -> assertThat(ready).isEqualTo("ReadyForQuery E"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "null", "completes with an exception"})
    void aHookThatFailsRefusesWithItsNameAlone(String how) {
        QueryHook hook = QueryHook.admit(execution -> switch (how) {
            case "throws" -> throw new IllegalStateException("a secret");
            case "null" -> null;
            default -> Verdict.defer(CompletableFuture.failedFuture(new IllegalStateException("a secret")));
        });
        try (HookTester tester = with("broken-hook", hook)) {
            Seen seen = tester.query("SELECT 1");

            assertThat(seen.client())
                    .first()
                    .asString()
                    .startsWith("ErrorResponse 58000 ")
                    .contains("broken-hook")
                    .doesNotContain("secret");
            assertThat(seen.sent("main")).isEmpty();
            assertThat(statuses(seen)).containsExactly(Outcome.Status.REFUSED);
        }
    }

    @Test
    void cachesObserversAndWhoFailsOpenAreSkipped() {
        CacheHook cache = execution -> {
            throw new IllegalStateException("no cache");
        };
        ObserveHook observer = (execution, outcome) -> {
            throw new IllegalStateException("no log");
        };
        QueryHook admission = QueryHook.admit(execution -> {
            throw new IllegalStateException("no rule");
        });
        try (HookTester tester = with(HookChain.builder()
                .hook("cache", cache)
                .hook("observer", observer)
                .hook("admission", admission, HookOptions.DEFAULT.failingOpen()))) {
            Seen seen = tester.query("SELECT 1");

            assertThat(seen.client()).contains("DataRow 1, 2").endsWith("ReadyForQuery I");
            assertThat(statuses(seen)).containsExactly(Outcome.Status.SUCCEEDED);
        }
    }

    @Test
    void aMapperThatThrowsEndsTheResult() {
        QueryHook mask = QueryHook.transform((statement, columns) -> RowTransform.each(row -> {
            throw new IllegalStateException("a secret");
        }));
        try (HookTester tester = with("mask", mask)) {
            Seen seen = tester.query("SELECT 1");

            assertThat(seen.client())
                    .noneMatch(line -> line.startsWith("DataRow"))
                    .noneMatch(line -> line.contains("secret"))
                    .anyMatch(line -> line.startsWith("ErrorResponse 58000 "))
                    .endsWith("ReadyForQuery I");
            assertThat(statuses(seen)).containsExactly(Outcome.Status.FAILED);
        }
    }

    @Test
    void stagesComeInTheirOrderWhateverTheRegistration() {
        List<String> asked = new ArrayList<>();
        HookChain.Builder chain = HookChain.builder()
                .hook("observe", QueryHook.observe((execution, outcome) -> asked.add("observe")))
                .hook("transform", QueryHook.transform((statement, columns) -> {
                    asked.add("transform");
                    return RowTransform.NONE;
                }))
                .hook("route", QueryHook.route(exchange -> {
                    asked.add("route");
                    return Verdict.proceed();
                }))
                .hook("cache", QueryHook.cache(execution -> {
                    asked.add("cache");
                    return Verdict.proceed();
                }))
                .hook("admit", QueryHook.admit(execution -> {
                    asked.add("admit");
                    return Verdict.proceed();
                }))
                .hook("rewrite", QueryHook.rewrite(statement -> {
                    asked.add("rewrite");
                    return Verdict.proceed();
                }))
                .hook("answer", QueryHook.answer(statement -> {
                    asked.add("answer");
                    return Verdict.proceed();
                }))
                .hook("classify", QueryHook.classify((statement, known) -> {
                    asked.add("classify");
                    return known;
                }))
                .hook("session", QueryHook.session(session -> {
                    asked.add("session");
                    return Verdict.proceed();
                }));
        List<String> order =
                List.of("session", "classify", "answer", "rewrite", "admit", "cache", "route", "transform", "observe");
        try (HookTester tester = with(chain)) {
            tester.query("SELECT 1");
            assertThat(asked).containsExactlyElementsOf(order);
        }
        asked.clear();
        try (HookTester tester = with(chain)) {
            tester.pipeline("SELECT 1");
            assertThat(asked.stream().distinct()).containsExactlyElementsOf(order); // transform may be asked again
        }
    }

    @Test
    void whatStandsBehindAnErrorIsSkippedAndObserved() {
        try (HookTester tester = with("no-delete", NO_DELETE)) {
            Seen seen = tester.messages(
                    new Parse("d", "DELETE FROM t", List.of()),
                    new Parse("s", "SELECT 1", List.of()),
                    new Bind("", "s", List.of(), List.of(), List.of()),
                    new Execute("", 0),
                    new Bind("", "d", List.of(), List.of(), List.of()),
                    new Execute("", 0),
                    Sync.INSTANCE);

            assertThat(seen.client()).endsWith("ErrorResponse 42501 nothing is deleted here", "ReadyForQuery I");
            assertThat(statuses(seen)).containsExactly(Outcome.Status.SUCCEEDED, Outcome.Status.REFUSED);
        }
    }

    @Test
    void anExchangeWithAFlushIsNotComplete() {
        List<Boolean> complete = new ArrayList<>();
        QueryHook route = QueryHook.route(exchange -> {
            complete.add(exchange.complete());
            return Verdict.proceed();
        });
        try (HookTester tester = with("route", route)) {
            tester.messages(
                    new Parse("", "SELECT 1", List.of()),
                    new Bind("", "", List.of(), List.of(), List.of()),
                    new Execute("", 0),
                    Flush.INSTANCE);
            tester.messages(Sync.INSTANCE);
            tester.query("SELECT 2");

            assertThat(complete).containsExactly(false, true);
        }
    }

    @Test
    void contradictingTermsAreRefused() {
        try (HookTester tester = with(HookChain.builder()
                .hook("one", QueryHook.admit(execution -> Verdict.of(Terms.setting("app.tenant", "1"))))
                .hook("other", QueryHook.admit(execution -> Verdict.of(Terms.setting("app.tenant", "2")))))) {
            Seen seen = tester.query("SELECT 1");

            assertThat(seen.client()).first().asString().startsWith("ErrorResponse 58000 ");
            assertThat(seen.ran("main")).isEmpty();
        }
    }

    @Test
    void aLimitOfRowsEndsTheResult() {
        try (HookTester tester = with("limit", QueryHook.admit(execution -> Verdict.of(Terms.rows(0))))) {
            assertThat(tester.query("SELECT 1").client())
                    .anyMatch(line -> line.startsWith("ErrorResponse 54000 "))
                    .endsWith("ReadyForQuery I");
        }
    }

    @Test
    void aPreparedStatementPassesANewChainFromItsOriginalText() {
        HookChain first = HookChain.builder()
                .hook("rewrite", QueryHook.rewrite(statement -> Verdict.of("SELECT 1")))
                .build();
        HookChain second = first.replace(
                "rewrite",
                QueryHook.rewrite(statement -> Verdict.of(statement.original().replace("orders", "orders_of_7"))));
        try (HookTester tester = with(HookChain.builder().hook("none", NO_DELETE))) {
            tester.swap(first);
            tester.messages(new Parse("s", "SELECT a, b FROM orders", List.of()), Sync.INSTANCE);

            tester.swap(second);
            Seen seen = tester.messages(
                    new Bind("", "s", List.of(), List.of(), List.of()), new Execute("", 0), Sync.INSTANCE);

            assertThat(seen.ran("main")).containsExactly("SELECT a, b FROM orders_of_7");
        }
    }

    @Test
    void statementsAreRenewedWhenTheSessionAsksForIt() {
        Attribute<Integer> tenant = Attribute.named("tenant");
        AtomicInteger next = new AtomicInteger(1);
        QueryHook rewrite = QueryHook.rewrite(statement -> Verdict.of(statement
                .original()
                .replace("orders", "orders_of_" + statement.session().require(tenant))));
        QueryHook change = QueryHook.admit(execution -> {
            if (execution.statement().facts().kind() == StatementKind.DELETE) {
                execution.session().set(tenant, next.incrementAndGet());
                execution.session().renewStatements();
            }
            return Verdict.proceed();
        });
        try (HookTester tester = with(HookChain.builder()
                        .hook("rewrite", rewrite)
                        .hook("change", change))
                .attribute(tenant, 1)) {
            Seen first = tester.messages(
                    new Parse("s", "SELECT a FROM orders", List.of()),
                    new Bind("", "s", List.of(), List.of(), List.of()),
                    new Execute("", 0),
                    Sync.INSTANCE);
            tester.query("DELETE FROM t");
            Seen second = tester.messages(
                    new Bind("", "s", List.of(), List.of(), List.of()), new Execute("", 0), Sync.INSTANCE);

            assertThat(first.ran("main")).containsExactly("SELECT a FROM orders_of_1");
            assertThat(second.ran("main")).containsExactly("SELECT a FROM orders_of_2");
        }
    }
}
