package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.protocol.Column;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an outcome says besides its status, and what an execution says of itself. */
@WithPostgres
class OutcomeDetailsTest {
    private static final List<Column> COLUMNS = List.of(Column.text("own"));
    private static final String INSERT = "insert into t select generate_series(1, 3)";
    private static final Duration SOME_TIME = Duration.ofMillis(50);

    private final TestDatabase database;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    private final AtomicReference<CompletableFuture<Verdict<Terms>>> waiting = new AtomicReference<>();
    private HookedProxy proxy;
    private ScriptedClient client;

    OutcomeDetailsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
        begin(HookChain.builder());
    }

    private void begin(HookChain.Builder chain) throws Exception {
        proxy = HookedProxy.before(
                database,
                chain.hook("statements", QueryHook.answer(this::statement))
                        .hook("executions", QueryHook.admit(this::execution))
                        .hook("watching", QueryHook.observe((execution, outcome) -> {
                            String sql = execution.statement().sql();
                            outcomes.put(sql, outcome);
                            seen.add(sql + ": " + outcome.status() + " "
                                    + execution.parameters().size() + " " + execution.resultFormats());
                        }))
                        .build());
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    private Verdict<Answer> statement(Statement statement) {
        asked.add(statement.sql());
        if (statement.sql().contains("refused")) {
            return Verdict.reject("42501", "no");
        }
        return statement.sql().contains("own")
                ? Verdict.of(new Answer(
                        COLUMNS,
                        run -> statement.sql().contains("denied")
                                ? Verdict.reject("42501", "no")
                                : Verdict.of(Reply.of(COLUMNS).row("o").row("o"))))
                : Verdict.proceed();
    }

    private Verdict<Terms> execution(Execution execution) {
        String sql = execution.statement().sql();
        if (sql.contains("facts")) {
            seen.add(sql + ": " + execution.transaction() + (execution.afterWrite() ? " after write" : ""));
        }
        if (sql.contains("later")) {
            CompletableFuture<Verdict<Terms>> verdict = new CompletableFuture<>();
            waiting.set(verdict);
            return Verdict.defer(verdict);
        }
        return Verdict.proceed();
    }

    private Outcome outcome(String sql) throws Exception {
        Await.until("it is observed", () -> outcomes.containsKey(sql));
        Outcome outcome = outcomes.get(sql);
        assertThat(outcome).isNotNull();
        return outcome;
    }

    private byte[] run(String sql) {
        return Pipeline.join(parse("", sql), bind("", ""), execute());
    }

    @Test
    void whoAnsweredAndWhere() throws Exception {
        client.send(run("select 1"), run("select 'own'"), run("select 'refused'"), run("select 'behind'"), sync());
        Told.next(client);
        ask(client, "select 'own' as query");

        assertThat(outcome("select 1"))
                .extracting(Outcome::source, Outcome::upstreams, Outcome::decidedBy, Outcome::error)
                .containsExactly(Outcome.Source.UPSTREAM, List.of("main"), "", null);
        assertThat(outcome("select 'own'"))
                .extracting(Outcome::source, Outcome::upstreams, Outcome::decidedBy)
                .containsExactly(Outcome.Source.PROXY, List.of(), "statements");
        assertThat(outcome("select 'own' as query"))
                .extracting(Outcome::source, Outcome::upstreams, Outcome::decidedBy)
                .containsExactly(Outcome.Source.PROXY, List.of(), "statements");
        assertThat(outcome("select 'refused'"))
                .extracting(Outcome::source, Outcome::upstreams, Outcome::decidedBy)
                .containsExactly(Outcome.Source.PROXY, List.of(), "statements");
        assertThat(asked).doesNotContain("select 'behind'");
    }

    @Test
    void anOwnAnswerThatWasKeptBackWithOthersIsSentNowhere() throws Exception {
        stop();
        begin(HookChain.builder().hook("routes", QueryHook.route(exchange -> Verdict.proceed())));
        ask(client, parse("s", "select 1"), parse("o", "select 'own'"), sync());
        client.send(bind("", "s"), execute(), bind("", "o"), execute(), sync());
        Told.next(client);

        assertThat(outcome("select 1").upstreams()).containsExactly("main");
        assertThat(outcome("select 'own'").upstreams()).isEmpty();
    }

    @Test
    void howManyRowsAndHowManyBytesItsAnswerHad() throws Exception {
        String three = "select n from generate_series(1, 3) n";
        for (String sql : List.of(three, "copy (" + three + ") to stdout", "select 'own'", INSERT)) {
            client.send(query(sql));
            long bytes = lengthOfAnswer("");
            assertThat(outcome(sql))
                    .as(sql)
                    .extracting(Outcome::rows, Outcome::bytes)
                    .containsExactly(sql.contains("own") ? 2L : 3L, bytes);
        }
        outcomes.clear();
        for (String sql : List.of(three, "select 'own'", INSERT)) {
            boolean rows = !sql.equals(INSERT);
            client.send(parse("", sql), bind("", ""), rows ? execute("", 1) : flush(), execute(), sync());
            long bytes = lengthOfAnswer("12");
            assertThat(outcome(sql))
                    .as(sql)
                    .extracting(Outcome::rows, Outcome::bytes)
                    .containsExactly(sql.contains("own") ? 2L : 3L, bytes);
        }
    }

    private long lengthOfAnswer(String otherTags) throws Exception {
        return client.readUntilReady().stream()
                .filter(message -> message.tag() != 'Z' && otherTags.indexOf(message.tag()) < 0)
                .mapToLong(message -> 1 + 4 + message.body().length)
                .sum();
    }

    @Test
    void howLongItWaitedAndRan() throws Exception {
        String sql = "select pg_sleep(0.05) as later";
        client.send(query(sql));
        Await.until("a verdict is waited for", () -> waiting.get() != null);
        long asked = System.nanoTime();
        Await.until("some time has passed", () -> System.nanoTime() - asked > SOME_TIME.toNanos());
        waiting.get().complete(Verdict.proceed());
        Told.next(client);

        assertThat(outcome(sql).waited()).isGreaterThanOrEqualTo(SOME_TIME);
        assertThat(outcome(sql).ran()).isGreaterThanOrEqualTo(SOME_TIME);
    }

    @Test
    void aRefusedParseIsAnExecutionWithoutParameters() throws Exception {
        ask(client, parse("", "select 'refused' || $1", 25), bind("", "", "x"), execute(), sync());
        ask(client, parse("", "select 'passed' || $1", 25), bind("", "", "x"), execute(), sync());

        Await.until("both are observed", () -> seen.size() == 2);
        assertThat(seen)
                .containsExactly("select 'refused' || $1: REFUSED 0 []", "select 'passed' || $1: SUCCEEDED 1 []");
    }

    @Test
    void aVerdictThatTheClientDoesNotWaitForIsACancelledExecution() throws Exception {
        client.send(query("select 'later'"));
        Await.until("a verdict is waited for", () -> waiting.get() != null);
        ScriptedClient.cancel("127.0.0.1", proxy.port(), client.processId(), client.secretKey());
        assertThat(Told.next(client)).isEqualTo("E(57014) ZI");

        assertThat(outcome("select 'later'").status()).isEqualTo(Outcome.Status.CANCELLED);
        assertThat(outcome("select 'later'").upstreams()).isEmpty();
    }

    @Test
    void aVerdictThatComesBehindAnErrorIsDropped() throws Exception {
        client.send(run("select 1/(select 0)"), run("select 'later'"), sync());
        client.expectNext("12E");
        Await.until("a verdict is waited for", () -> waiting.get() != null);
        waiting.get().complete(Verdict.reject("42501", "too late"));
        assertThat(Told.next(client)).isEqualTo("ZI");

        assertThat(outcome("select 'later'").status()).isEqualTo(Outcome.Status.SKIPPED);
        assertThat(outcome("select 1/(select 0)").status()).isEqualTo(Outcome.Status.FAILED);
    }

    @Test
    void aSuspendedPortalEndsWhenItGoes() throws Exception {
        String sql = "select n from generate_series(1, 9) n";
        ask(client, "begin");
        ask(client, parse("", sql), bind("p", ""), execute("p", 2), sync());
        assertThat(outcomes).doesNotContainKey(sql);
        ask(client, closePortal("p"), sync());
        assertThat(outcome(sql))
                .extracting(Outcome::status, Outcome::rows)
                .containsExactly(Outcome.Status.SUCCEEDED, 2L);
        outcomes.clear();
        ask(client, parse("", sql), bind("p", ""), execute("p", 3), sync());
        assertThat(outcomes).doesNotContainKey(sql);
        ask(client, "commit");
        assertThat(outcome(sql))
                .extracting(Outcome::status, Outcome::rows)
                .containsExactly(Outcome.Status.SUCCEEDED, 3L);
    }

    @Test
    void aReplyThatIsARefusalIsOneInBothProtocols() throws Exception {
        ask(client, "select 'own denied'");
        ask(client, run("select 'own denied', 2"), sync());

        for (String sql : List.of("select 'own denied'", "select 'own denied', 2")) {
            assertThat(outcome(sql))
                    .as(sql)
                    .extracting(Outcome::status, Outcome::source, Outcome::decidedBy)
                    .containsExactly(Outcome.Status.REFUSED, Outcome.Source.PROXY, "statements");
        }
    }

    @Test
    void anExecutionKnowsWhatItWillFind() throws Exception {
        client.send(query("select 'facts' as a"), query("begin"), query("select 'facts' as b"));
        client.send(query("insert into t values (1)"), run("select 'facts' as c"), sync());
        client.send(query("commit"), query("select 'facts' as d"));
        for (int i = 0; i < 7; i++) {
            Told.next(client);
        }
        ask(client, "select 'facts' as e");
        ask(client, "begin; select 'facts' as f; commit");

        assertThat(seen.stream().filter(one -> one.contains("facts") && !one.contains("SUCCEEDED")))
                .containsExactly(
                        "select 'facts' as a: IDLE",
                        "select 'facts' as b: IN_TRANSACTION",
                        "select 'facts' as c: IN_TRANSACTION after write",
                        "select 'facts' as d: IDLE after write",
                        "select 'facts' as e: IDLE",
                        "select 'facts' as f: IDLE");
    }
}
