package io.pgproxy.testkit.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Answer;
import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.HookOptions;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Reply;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.RowTransform;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.startup.StartupParameter;
import io.pgproxy.sql.StatementKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What a test of hooks sees: refusals, deferrals, own answers, rewriting, rows, sessions, swaps. */
class ChainTest {
    private static final AdmitHook NO_INSERT =
            execution -> execution.statement().facts().kind() == StatementKind.INSERT
                    ? Verdict.reject("25006", "nothing is written here")
                    : Verdict.proceed();

    private static Reply answer(String sql) {
        return sql.startsWith("SELECT")
                ? Reply.of(List.of(Column.text("email"))).row("a@example.org")
                : Reply.command("INSERT 0 1");
    }

    private static HookTester with(String name, QueryHook hook) {
        return HookTester.of(name, hook).upstream("main", ChainTest::answer);
    }

    @Test
    void aRefusedQueryDoesNotReachTheUpstream() {
        try (HookTester tester = with("no-insert", NO_INSERT)) {
            Seen seen = tester.query("INSERT INTO t VALUES (1)");

            assertThat(seen.client()).containsExactly("ErrorResponse 25006 nothing is written here", "ReadyForQuery I");
            assertThat(seen.sent("main")).isEmpty();
            assertThat(seen.waiting()).isFalse();
            assertThat(seen.outcomes()).singleElement().satisfies(outcome -> {
                assertThat(outcome.status()).isEqualTo(Outcome.Status.REFUSED);
                assertThat(outcome.decidedBy()).isEqualTo("no-insert");
            });
        }
    }

    @Test
    void aStatementRefusedAtItsExecutionWasSentAndDidNotRun() {
        try (HookTester tester = with("no-insert", NO_INSERT)) {
            Seen seen = tester.prepared("INSERT INTO t VALUES ($1)", "1");

            assertThat(seen.client())
                    .containsExactly(
                            "ParseComplete",
                            "ParameterDescription 25",
                            "NoData",
                            "ReadyForQuery I",
                            "ErrorResponse 25006 nothing is written here",
                            "ReadyForQuery I");
            assertThat(seen.sent("main")).containsExactly("INSERT INTO t VALUES ($1)");
            assertThat(seen.ran("main")).isEmpty();
        }
    }

    @Test
    void aRefusalFailsTheBlockItStandsIn() {
        try (HookTester tester = with("no-insert", NO_INSERT)) {
            tester.query("BEGIN");

            Seen refused = tester.query("INSERT INTO t VALUES (1)");

            assertThat(refused.client())
                    .containsExactly("ErrorResponse 25006 nothing is written here", "ReadyForQuery E");
            assertThat(refused.sent("main")).isEmpty();
            assertThat(tester.query("SELECT 1").client()).first().asString().startsWith("ErrorResponse 25P02 ");
            assertThat(tester.query("ROLLBACK").client()).last().isEqualTo("ReadyForQuery I");
        }
    }

    @Test
    void aPipelineEndsAtTheRefusal() {
        try (HookTester tester = with("no-insert", NO_INSERT)) {
            Seen seen = tester.pipeline("SELECT 1", "INSERT INTO t VALUES (1)", "SELECT 2");

            assertThat(seen.client())
                    .containsExactly(
                            "ParseComplete",
                            "BindComplete",
                            "RowDescription email",
                            "DataRow a@example.org",
                            "CommandComplete SELECT 1",
                            "ParseComplete",
                            "ErrorResponse 25006 nothing is written here",
                            "ReadyForQuery I");
            assertThat(seen.ran("main")).containsExactly("SELECT 1");
        }
    }

    @Test
    void aDeferredVerdictIsCompletedByTheTest() {
        CompletableFuture<Verdict<Terms>> verdict = new CompletableFuture<>();
        try (HookTester tester = with("later", QueryHook.admit(execution -> Verdict.defer(verdict)))) {
            Seen first = tester.query("SELECT 1");
            Seen second = tester.query("SELECT 2");
            assertThat(first.waiting()).isTrue();
            assertThat(second.waiting()).isTrue();
            assertThat(first.sent("main")).isEmpty();

            verdict.complete(Verdict.proceed());

            assertThat(first.client()).hasSize(4).endsWith("ReadyForQuery I");
            assertThat(second.client()).hasSize(4).endsWith("ReadyForQuery I");
            assertThat(first.sent("main")).containsExactly("SELECT 1");
            assertThat(second.sent("main")).containsExactly("SELECT 2");
            assertThat(first.outcomes()).hasSize(1);
            assertThat(second.outcomes()).hasSize(1);
        }
    }

    @Test
    void aVerdictTimesOutWhenTheClockIsMoved() {
        CompletableFuture<Verdict<Terms>> verdict = new CompletableFuture<>();
        try (HookTester tester = with("later", QueryHook.admit(execution -> Verdict.defer(verdict)))) {
            Seen seen = tester.query("SELECT 1");
            tester.advance(HookOptions.DEFAULT.timeout().minusMillis(1));
            assertThat(seen.waiting()).isTrue();

            tester.advance(Duration.ofMillis(1));

            assertThat(seen.client()).first().asString().startsWith("ErrorResponse 57014 ");
            assertThat(verdict).isCancelled();
        }
    }

    @Test
    void aClientThatCancelsWaitsNoLonger() {
        CompletableFuture<Verdict<Terms>> verdict = new CompletableFuture<>();
        try (HookTester tester = with("later", QueryHook.admit(execution -> Verdict.defer(verdict)))) {
            Seen seen = tester.query("SELECT 1");

            tester.cancel();

            assertThat(seen.client()).first().asString().startsWith("ErrorResponse 57014 ");
            assertThat(seen.outcomes())
                    .singleElement()
                    .extracting(Outcome::status)
                    .isEqualTo(Outcome.Status.CANCELLED);
        }
    }

    @Test
    void aClientThatGoesLeavesNothingOpen() {
        CompletableFuture<Verdict<Terms>> verdict = new CompletableFuture<>();
        try (HookTester tester = with("later", QueryHook.admit(execution -> Verdict.defer(verdict)))) {
            Seen seen = tester.query("SELECT 1");

            tester.disconnect();

            assertThat(seen.waiting()).isFalse();
            assertThat(verdict).isCancelled();
            assertThat(seen.outcomes()).hasSize(1);
        }
    }

    @Test
    void aVerdictOfAnotherThreadIsWaitedFor() {
        ExecutorService blocking = Executors.newSingleThreadExecutor();
        HookChain chain = HookChain.builder()
                .hook("no-insert", NO_INSERT, HookOptions.DEFAULT.on(blocking))
                .build();
        try (HookTester tester = HookTester.of(chain).upstream("main", ChainTest::answer)) {
            Seen seen = tester.query("INSERT INTO t VALUES (1)");

            tester.await();

            assertThat(seen.client()).first().isEqualTo("ErrorResponse 25006 nothing is written here");
        } finally {
            blocking.shutdown();
        }
    }

    @Test
    void whatNobodyCompletesIsNotWaitedForForEver() {
        try (HookTester tester = with("never", QueryHook.admit(execution -> Verdict.defer(new CompletableFuture<>())))
                .patience(Duration.ofMillis(50))) {
            tester.query("SELECT 1");

            assertThatThrownBy(tester::await).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void anOwnAnswerNeedsNoUpstream() {
        List<Column> columns = List.of(Column.int4("answer"));
        try (HookTester tester = with(
                "own",
                QueryHook.answer(statement -> statement.facts().isCallOf("answer")
                        ? Verdict.of(new Answer(
                                columns,
                                execution -> Verdict.of(Reply.of(columns).row(42))))
                        : Verdict.proceed()))) {
            Seen seen = tester.prepared("SELECT answer()");

            assertThat(seen.client())
                    .containsExactly(
                            "ParseComplete",
                            "ParameterDescription",
                            "RowDescription answer",
                            "ReadyForQuery I",
                            "BindComplete",
                            "DataRow 42",
                            "CommandComplete SELECT 1",
                            "ReadyForQuery I");
            assertThat(seen.sent("main")).isEmpty();
            assertThat(seen.outcomes())
                    .singleElement()
                    .extracting(Outcome::source)
                    .isEqualTo(Outcome.Source.PROXY);
        }
    }

    @Test
    void aRewrittenTextIsWhatTheUpstreamGets() {
        try (HookTester tester = with(
                "rename",
                QueryHook.rewrite(statement -> Verdict.of(statement.sql().replace("orders", "orders_2026"))))) {
            Seen seen = tester.query("SELECT id FROM orders");

            assertThat(seen.sent("main")).containsExactly("SELECT id FROM orders_2026");
        }
    }

    @Test
    void commentsThatAHookPutsAroundAStatementAreSent() {
        try (HookTester tester =
                with("tag", QueryHook.rewrite(statement -> Verdict.of("/* tag */ " + statement.sql() + " -- end")))) {
            assertThat(tester.query("SELECT 1").sent("main").get(0)).startsWith("/* tag */ SELECT 1 -- end");
            assertThat(tester.prepared("SELECT $1", "x").sent("main")).contains("/* tag */ SELECT $1 -- end");
            assertThat(String.join(";", tester.query("SELECT 1; SELECT 2").sent("main")))
                    .contains("SELECT 1 -- end\n")
                    .contains("/* tag */ SELECT 2 -- end");
        }
    }

    @Test
    void aTextThatWasRewrittenAndThenRefusedIsNotSentForTheNext() {
        QueryHook rewrites = QueryHook.rewrite(statement -> statement.sql().contains("old")
                ? Verdict.of(statement.sql().replace("old", "new"))
                : Verdict.proceed());
        QueryHook refuses = QueryHook.admit(
                execution -> execution.statement().wasRewritten() ? Verdict.reject("42501", "no") : Verdict.proceed());
        try (HookTester tester = with("both", QueryHook.all(rewrites, refuses))) {
            assertThat(tester.query("SELECT old").client()).anyMatch(line -> line.contains("42501"));
            assertThat(tester.query("SELECT 1").sent("main")).containsExactly("SELECT 1");
        }
    }

    @Test
    void aTextOfVeryManyStatementsDoesNotDeepenTheStack() {
        try (HookTester tester = with("nothing", QueryHook.admit(execution -> Verdict.proceed()))) {
            Seen seen = tester.query("SELECT 1;".repeat(30_000));

            assertThat(seen.client()).last().isEqualTo("ReadyForQuery I");
            assertThat(seen.outcomes()).hasSize(30_000);
        }
    }

    @Test
    void anExchangeGoesWhereItIsRouted() {
        try (HookTester tester = with(
                        "reads",
                        QueryHook.route(exchange ->
                                exchange.readsOnly() ? Verdict.of(new Route.One("replica")) : Verdict.proceed()))
                .upstream(
                        "replica",
                        sql -> Reply.of(List.of(Column.text("where"))).row("replica"))) {
            Seen read = tester.query("SELECT 1");
            Seen write = tester.query("INSERT INTO t VALUES (1)");

            assertThat(read.client()).contains("DataRow replica").endsWith("ReadyForQuery I");
            assertThat(read.ran("replica")).containsExactly("SELECT 1");
            assertThat(read.ran("main")).isEmpty();
            assertThat(write.ran("main")).containsExactly("INSERT INTO t VALUES (1)");
            assertThat(read.outcomes())
                    .singleElement()
                    .extracting(Outcome::upstreams)
                    .isEqualTo(List.of("replica"));
        }
    }

    @Test
    void aHookAsksTheUpstreamBesideTheSession() {
        try (HookTester tester = with(
                "asks",
                QueryHook.admit(execution -> Verdict.defer(execution
                        .session()
                        .query("SELECT role FROM host.roles WHERE name = $1", List.of("tester"))
                        .thenApply(rows ->
                                Verdict.reject("42501", rows.rows().get(0).get(0) + " may not")))))) {
            Seen seen = tester.query("INSERT INTO t VALUES (1)");

            assertThat(seen.client()).first().isEqualTo("ErrorResponse 42501 a@example.org may not");
        }
    }

    @Test
    void rowsAreMaskedOnTheirWay() {
        try (HookTester tester = with(
                "mask", QueryHook.transform((statement, columns) -> RowTransform.each(row -> row.set(0, "***"))))) {
            assertThat(tester.query("SELECT 1").client()).contains("DataRow ***");
            assertThat(tester.prepared("SELECT 1").client()).contains("DataRow ***");
        }
    }

    @Test
    void anAttributeIsThereForEveryHook() {
        Attribute<String> tenant = Attribute.named("tenant");
        try (HookTester tester = with(
                        "tenant",
                        QueryHook.admit(execution -> Verdict.reject(
                                "42501",
                                execution.session().require(tenant) + " of "
                                        + execution.session().user())))
                .user("alice", "shop")
                .attribute(tenant, "acme")) {
            assertThat(tester.query("SELECT 1").client()).first().isEqualTo("ErrorResponse 42501 acme of alice");
        }
    }

    @Test
    void aSessionHookChangesWhatTheUpstreamIsAskedForAndEndsSessions() {
        SessionHook hook = new SessionHook() {
            @Override
            public Verdict<Startup> connected(Session session, Startup startup) {
                return Verdict.of(startup.with("default_transaction_read_only", "on"));
            }

            @Override
            public Verdict<Terms> authenticated(Session session) {
                return session.setting("default_transaction_read_only").equals("on")
                        ? Verdict.proceed()
                        : Verdict.reject("25006", "it may write");
            }

            @Override
            public Verdict<Void> reported(Session session, String setting, String value) {
                return setting.equals("default_transaction_read_only") && value.equals("off")
                        ? Verdict.reject("25006", "it may write again")
                        : Verdict.proceed();
            }
        };
        try (HookTester tester = with("guard", hook)) {
            assertThat(tester.startupOf("main")).endsWith(new StartupParameter("default_transaction_read_only", "on"));
            assertThat(tester.login().client()).endsWith("ReadyForQuery I");

            tester.report("main", "default_transaction_read_only", "off");

            assertThat(tester.login().client()).last().isEqualTo("ErrorResponse FATAL 25006 it may write again");
            assertThat(tester.isOpen()).isFalse();
        }
    }

    @Test
    void anotherChainDecidesFromTheNextExchangeOn() {
        try (HookTester tester = with("no-insert", NO_INSERT)) {
            assertThat(tester.query("INSERT INTO t VALUES (1)").sent("main")).isEmpty();

            tester.swap(HookChain.EMPTY);

            assertThat(tester.query("INSERT INTO t VALUES (1)").sent("main")).hasSize(1);
        }
    }
}
