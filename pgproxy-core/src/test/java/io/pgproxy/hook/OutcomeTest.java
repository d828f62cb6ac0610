package io.pgproxy.hook;

import static io.pgproxy.hook.Asked.answer;
import static io.pgproxy.hook.Asked.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.protocol.Column;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each execution has exactly one outcome, in the order of the wire, whatever happened to it. */
@WithPostgres
class OutcomeTest {
    private static final List<Column> COLUMNS = List.of(Column.text("own"));

    private final TestDatabase database;
    private final List<String> outcomes = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final List<String> endings = new CopyOnWriteArrayList<>();
    private HookedProxy proxy;
    private ScriptedClient client;

    OutcomeTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        proxy = HookedProxy.before(
                database,
                HookChain.builder()
                        .hook("statements", QueryHook.answer(OutcomeTest::statement))
                        .hook("executions", QueryHook.admit(this::execution))
                        .hook("watching", watching())
                        .build());
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    private static Verdict<Answer> statement(Statement statement) {
        if (statement.sql().contains("refused statement")) {
            return Verdict.reject("42501", "no");
        }
        return statement.sql().contains("own")
                ? Verdict.of(
                        new Answer(COLUMNS, run -> Verdict.of(Reply.of(COLUMNS).row("own"))))
                : Verdict.proceed();
    }

    private Verdict<Terms> execution(Execution execution) {
        asked.incrementAndGet();
        return execution.statement().sql().contains("refused execution")
                ? Verdict.reject("42501", "no")
                : Verdict.proceed();
    }

    private ObserveHook watching() {
        return new ObserveHook() {
            @Override
            public void completed(Execution execution, Outcome outcome) {
                outcomes.add(execution.statement().sql() + ": " + outcome.status()
                        + (outcome.decidedBy().isEmpty() ? "" : " by " + outcome.decidedBy())
                        + (outcome.error() == null ? "" : " " + outcome.error().sqlState()));
            }

            @Override
            public void transactionEnded(Session session, Ending ending) {
                endings.add(ending.name());
            }
        };
    }

    /** The outcomes up to that of a last statement, which is asked for now. */
    private List<String> seen() throws Exception {
        try (ScriptedClient last = proxy.client()) {
            ask(last, "select 'last'");
        }
        Await.until("all is observed", () -> outcomes.contains("select 'last': SUCCEEDED"));
        return outcomes.stream().filter(one -> !one.startsWith("select 'last'")).toList();
    }

    @Test
    void ofSuccessAndErrorInBothProtocols() throws Exception {
        ask(client, "select 1");
        ask(client, "select 1/0");
        ask(client, "select 2; select 3");
        client.send(parse("", "select 4"), bind("", ""), execute(), sync());
        answer(client);
        client.send(parse("", "select 5/(select 0)"), bind("", ""), execute(), sync());
        answer(client);

        assertThat(seen())
                .containsExactly(
                        "select 1: SUCCEEDED",
                        "select 1/0: FAILED 22012",
                        "select 2: SUCCEEDED",
                        "select 3: SUCCEEDED",
                        "select 4: SUCCEEDED",
                        "select 5/(select 0): FAILED 22012");
    }

    @Test
    void ofWhatTheServerDoesNotUnderstand() throws Exception {
        client.send(parse("", "select nonsense"), bind("", ""), execute());
        client.send(parse("", "select 'behind'"), bind("", ""), execute(), sync());
        answer(client);
        client.send(parse("", "select $1::int"), bind("", "", "x"), execute(), sync());
        answer(client);

        assertThat(seen()).first().isEqualTo("select nonsense: FAILED 42703");
        assertThat(seen()).last().isEqualTo("select $1::int: FAILED 22P02");
        assertThat(seen()).doesNotContain("select 'behind': FAILED 42703");
    }

    @Test
    void ofWhatIsRefusedAndWhatStoodBeside() throws Exception {
        ask(client, "select 'refused statement'");
        ask(client, "select 'refused execution'");
        client.send(parse("", "select 'refused statement'"), bind("", ""), execute(), sync());
        answer(client);
        client.send(parse("", "select 'refused execution'"), bind("", ""), execute(), sync());
        answer(client);

        assertThat(seen())
                .containsExactly(
                        "select 'refused statement': REFUSED by statements 42501",
                        "select 'refused execution': REFUSED by executions 42501",
                        "select 'refused statement': REFUSED by statements 42501",
                        "select 'refused execution': REFUSED by executions 42501");
    }

    @Test
    void ofSeveralStatementsOneOfWhichIsRefused() throws Exception {
        ask(client, "select 1; select 'refused execution'; select 3");

        assertThat(seen())
                .hasSize(3)
                .contains("select 'refused execution': REFUSED by executions 42501")
                .filteredOn(one -> one.contains("SKIPPED"))
                .hasSize(2);
    }

    @Test
    void ofSeveralStatementsOneOfWhichFails() throws Exception {
        ask(client, "select 1; select 2/0; select 3");

        assertThat(seen())
                .hasSize(3)
                .contains("select 2/0: FAILED 22012", "select 1: SUCCEEDED")
                .anyMatch(one -> one.startsWith("select 3: SKIPPED"));
    }

    @Test
    void ofWhatIsSkippedBehindAnError() throws Exception {
        client.send(parse("", "select 1/(select 0)"), bind("", ""), execute());
        client.send(parse("", "select 'skipped'"), bind("", ""), execute(), sync());
        answer(client);

        assertThat(seen())
                .hasSize(2)
                .contains("select 1/(select 0): FAILED 22012")
                .anyMatch(one -> one.startsWith("select 'skipped': SKIPPED"));
    }

    @Test
    void ofSeveralThatShareThePortalInOneBatch() throws Exception {
        client.send(parse("", "select 1"), bind("", ""), execute(), parse("", "select 2"), bind("", ""), execute());
        client.send(parse("", "select 3"), bind("", ""), execute(), sync());
        assertThat(answer(client)).isEqualTo("1, 2, D [1], C, 1, 2, D [2], C, 1, 2, D [3], C, Z I");

        assertThat(seen()).containsExactly("select 1: SUCCEEDED", "select 2: SUCCEEDED", "select 3: SUCCEEDED");
    }

    @Test
    void ofTheProxysOwnAnswer() throws Exception {
        ask(client, "select 'own'");
        client.send(parse("", "select 'own'"), bind("", ""), execute(), sync());
        answer(client);

        assertThat(seen())
                .containsExactly("select 'own': SUCCEEDED by statements", "select 'own': SUCCEEDED by statements");
    }

    @Test
    void ofPortalsThatNeverRan() throws Exception {
        client.send(parse("", "select 'sync'"), bind("", ""), sync());
        answer(client);
        client.send(parse("", "select 'closed'"), bind("p", ""), closePortal("p"), sync());
        answer(client);
        client.send(parse("", "select 'replaced'"), bind("", ""), parse("", "select 'by'"), bind("", ""));
        client.send(execute(), sync());
        answer(client);

        assertThat(seen())
                .containsExactly(
                        "select 'sync': ABANDONED",
                        "select 'closed': ABANDONED",
                        "select 'replaced': ABANDONED",
                        "select 'by': SUCCEEDED");
    }

    @Test
    void ofAPortalThatRunsInParts() throws Exception {
        String sql = "select generate_series(1, 3)";
        client.send(parse("", sql), bind("p", ""), execute("p", 1), execute("p", 1), execute("p", 0), sync());
        assertThat(answer(client)).isEqualTo("1, 2, D [1], s, D [2], s, D [3], C, Z I");
        client.send(parse("", sql), bind("p", ""), execute("p", 1), sync());
        assertThat(answer(client)).isEqualTo("1, 2, D [1], s, Z I");

        assertThat(seen()).containsExactly(sql + ": SUCCEEDED", sql + ": SUCCEEDED");
    }

    @Test
    void ofWhatRunsInAFailedBlock() throws Exception {
        ask(client, "begin");
        ask(client, "select 1/0");
        ask(client, "select 'in a failed block'");
        ask(client, "rollback");

        assertThat(seen())
                .containsExactly(
                        "begin: SUCCEEDED",
                        "select 1/0: FAILED 22012",
                        "select 'in a failed block': FAILED 25P02",
                        "rollback: SUCCEEDED");
        assertThat(endings).contains("ROLLED_BACK");
    }

    @Test
    void transactionsEndOnceAndAreKnownToHaveCommitted() throws Exception {
        database.execute("drop table if exists d; create table d (a int unique deferrable initially deferred)");
        ask(client, "insert into d values (1)");
        ask(client, "begin");
        ask(client, "insert into d values (2)");
        ask(client, "commit");
        ask(client, "begin; insert into d values (1)");
        ask(client, "commit"); // fails there
        ask(client, "begin");
        ask(client, "savepoint s");
        ask(client, "rollback to s");
        ask(client, "rollback");
        Await.until("all have ended", () -> endings.size() >= 4);

        assertThat(endings).containsExactly("COMMITTED", "COMMITTED", "ROLLED_BACK", "ROLLED_BACK");
    }

    @Test
    void aCommitWhoseAnswerIsLostIsUnknown() throws Exception {
        database.execute("drop table if exists d; create table d (a int);"
                + "create or replace function slow() returns trigger language plpgsql as"
                + " $$begin perform pg_sleep(60); return null; end$$;"
                + "create constraint trigger slow after insert on d deferrable initially deferred"
                + " for each row execute function slow()");
        ask(client, "begin; insert into d values (1)");
        client.send(query("commit"));
        sleeps();
        client.reset();
        Await.until("it has ended", () -> !endings.isEmpty());

        assertThat(endings).containsExactly("UNKNOWN");
    }

    @Test
    void ofWhatTheClientCancels() throws Exception {
        client.send(query("select pg_sleep(60)"));
        sleeps();
        ScriptedClient.cancel("127.0.0.1", proxy.port(), client.processId(), client.secretKey());
        assertThat(answer(client)).endsWith("E 57014, Z I");

        assertThat(seen()).containsExactly("select pg_sleep(60): CANCELLED 57014");
    }

    @Test
    void ofWhatRunsWhenTheClientGoes() throws Exception {
        client.send(query("select pg_sleep(60)"), query("select 'behind it'"));
        sleeps();
        client.reset();
        Await.until("the session has ended", () -> proxy.server().sessionCount() == 0);

        assertThat(seen())
                .hasSize(2)
                .anyMatch(one -> one.startsWith("select pg_sleep(60): "))
                .anyMatch(one -> one.startsWith("select 'behind it': "))
                .noneMatch(one -> one.contains("SUCCEEDED"));
    }

    @Test
    void ofWhatRunsWhenTheUpstreamEnds() throws Exception {
        client.send(query("select pg_sleep(60)"), query("select 'behind it'"));
        sleeps();
        database.query("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'"
                + " and datname = current_database()");
        assertThat(answer(client)).contains("E 57P01");

        assertThat(seen())
                .hasSize(2)
                .anyMatch(one -> one.startsWith("select pg_sleep(60): FAILED 57P01"))
                .anyMatch(one -> one.startsWith("select 'behind it': "))
                .noneMatch(one -> one.contains("SUCCEEDED"));
    }

    @Test
    void ofEveryExecutionOfManyPipelines() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            client.send(query("select " + i), parse("", "select 1/(select " + i % 3 + ")"), bind("", ""), execute());
            client.send(parse("", "select 'behind'"), bind("", ""), execute(), sync());
            expected.add("select " + i + ": SUCCEEDED");
            boolean fails = i % 3 == 0;
            expected.add("select 1/(select " + i % 3 + "): " + (fails ? "FAILED 22012" : "SUCCEEDED"));
            if (!fails) {
                expected.add("select 'behind': SUCCEEDED");
            }
        }
        for (int i = 0; i < 100; i++) {
            answer(client);
        }

        // What comes when an error has been seen already is dropped before anybody is asked.
        int executions = asked.get();
        assertThat(seen())
                .hasSize(executions)
                .filteredOn(outcome -> !outcome.equals("select 'behind': SKIPPED"))
                .containsExactlyElementsOf(expected);
    }

    private void sleeps() throws Exception {
        Await.until(
                "it runs",
                () -> !database.query(
                                "select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()")
                        .isEmpty());
    }
}
