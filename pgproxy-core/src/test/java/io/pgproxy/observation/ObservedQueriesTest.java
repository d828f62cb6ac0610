package io.pgproxy.observation;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.ObservationRegistry;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.KeptBySession;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each execution is exactly one observation, started and stopped once, whatever happened to it. */
@WithPostgres
class ObservedQueriesTest {
    private static final String PARENT = "00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01";
    private static final String COMMENT = " /*traceparent='" + PARENT + "'*/";

    private final TestDatabase database;
    private final Watched watched = new Watched();
    private final ObservationRegistry registry = ObservationRegistry.create();
    private final AtomicReference<CompletableFuture<Verdict<Terms>>> later = new AtomicReference<>();
    private final List<String> outcomes = new CopyOnWriteArrayList<>();
    private ProxyServer proxy;

    ObservedQueriesTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws IOException {
        registry.observationConfig().observationHandler(watched);
        restart(ObservedQueries.of(registry));
    }

    /** Behind hooks that refuse or take their time by words of the text, and in front of one that refuses. */
    private void restart(ObservedQueries hook) throws IOException {
        stopProxy();
        proxy = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url())
                .eventLoops(1)
                .hooks(HookChain.builder()
                        .hook("statements", QueryHook.answer(statement -> refuse(statement.sql(), "bad statement")))
                        .hook("before", QueryHook.admit(execution -> {
                            String sql = execution.statement().sql();
                            if (sql.contains("later")) {
                                CompletableFuture<Verdict<Terms>> verdict = new CompletableFuture<>();
                                later.set(verdict);
                                return Verdict.defer(verdict);
                            }
                            return refuse(sql, "refused before");
                        }))
                        .hook("observed", hook)
                        .hook(
                                "behind",
                                QueryHook.admit(execution ->
                                        refuse(execution.statement().sql(), "refused behind")))
                        .hook(
                                "rewriting",
                                QueryHook.rewrite(
                                        statement -> Verdict.of(statement.sql().replace("'old'", "'new'"))))
                        .hook(
                                "outcomes",
                                QueryHook.observe((execution, outcome) -> outcomes.add(
                                        execution.statement().facts().kind() + " "
                                                + outcome.status().name().toLowerCase(Locale.ROOT))))
                        .build())
                .build()
                .start();
    }

    private static <T> Verdict<T> refuse(String sql, String word) {
        return sql.contains(word) ? Verdict.reject("42501", "no") : Verdict.proceed();
    }

    @AfterEach
    void stop() throws Exception {
        stopProxy();
        assertThat(watched.faults).isEmpty();
        assertThat(watched.open).isEmpty();
        assertThat(watched.statuses()).containsExactlyElementsOf(outcomes);
    }

    private void stopProxy() {
        if (proxy != null) {
            proxy.close();
        }
    }

    private Connection connect(String parameters) throws Exception {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database.name()
                        + "?sslmode=disable&gssEncMode=disable&" + parameters,
                database.user(),
                database.password());
    }

    private ScriptedClient client() throws IOException {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port());
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    /** The last observation of a statement, once the answer of a later one shows that it is there. */
    private Watched.Stopped lastOf(String operation) {
        return watched.stopped.stream()
                .filter(one -> one.name().equals(operation))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private void ended(int count) throws Exception {
        Await.until("all are observed", () -> watched.stopped.size() >= count);
    }

    @Test
    void aSimpleQueryIsBelowTheTraceOfItsComment() throws Exception {
        try (ScriptedClient client = client()) {
            client.send(query("select 'secret', 4711" + COMMENT));
            client.readUntilReady();
        }
        ended(1);

        Watched.Stopped seen = lastOf("SELECT");
        assertThat(seen.parent()).isEqualTo(PARENT);
        assertThat(seen.error()).isNull();
        assertThat(seen.low())
                .containsEntry("db.system.name", "postgresql")
                .containsEntry("db.operation.name", "SELECT")
                .containsEntry("pgproxy.status", "succeeded")
                .containsEntry("pgproxy.source", "upstream")
                .containsEntry("pgproxy.upstream", "main")
                .containsEntry("pgproxy.decided_by", "none")
                .containsEntry("pgproxy.sqlstate.class", "none")
                .hasSize(7);
        assertThat(seen.high())
                .containsEntry("db.namespace", database.name())
                .containsEntry("user.name", database.user())
                .containsEntry("pgproxy.rows", "1")
                .containsOnlyKeys(
                        "db.namespace",
                        "user.name",
                        "pgproxy.session",
                        "pgproxy.rows",
                        "pgproxy.bytes",
                        "pgproxy.waited_us");
        assertThat(seen.toString()).doesNotContain("secret", "4711");
    }

    @Test
    void eachRunOfAPreparedStatementIsBelowTheTraceInItsText() throws Exception {
        try (Connection connection = connect("prepareThreshold=1");
                PreparedStatement update = connection.prepareStatement("select ?::int + 1" + COMMENT)) {
            for (int i = 0; i < 3; i++) {
                update.setInt(1, i);
                update.executeQuery().close();
            }
        }
        ended(3);

        assertThat(watched.stopped)
                .filteredOn(one -> PARENT.equals(one.parent()))
                .hasSize(3)
                .allSatisfy(one -> assertThat(one.low()).containsEntry("pgproxy.status", "succeeded"));
    }

    @Test
    void whatHooksRewriteStaysBelowItsTrace() throws Exception {
        try (ScriptedClient client = client()) {
            client.send(query("select 'old'" + COMMENT));
            assertThat(client.readUntilReady())
                    .filteredOn(message -> message.tag() == 'D')
                    .extracting(WireMessage::values)
                    .containsExactly(List.of("new"));
            client.send(query(COMMENT + "select 'old'"));
            client.readUntilReady();
        }
        ended(2);

        assertThat(watched.stopped).extracting(Watched.Stopped::parent).containsExactly(PARENT, PARENT);
    }

    @Test
    void eachPartOfAPipelineIsOne() throws Exception {
        try (ScriptedClient client = client()) {
            client.send(run("select 1"), run("values (2)" + COMMENT), run("select 1/(select 0)"), run("values (4)"));
            client.send(sync(), run("show datestyle"), sync());
            client.readUntilReady();
            client.readUntilReady();
            client.send(query("select 1; values (2)" + COMMENT + "; select 1/0; values (4)"));
            client.readUntilReady();
            client.send(functionCall(89));
            client.readUntilReady();
        }
        ended(10);

        assertThat(watched.statuses())
                .startsWith("SELECT succeeded", "VALUES succeeded", "SELECT failed", "VALUES skipped", "SHOW succeeded")
                .contains("UNKNOWN succeeded")
                .hasSize(10);
        assertThat(watched.stopped)
                .filteredOn(one -> PARENT.equals(one.parent()))
                .extracting(Watched.Stopped::name)
                .containsExactly("VALUES", "VALUES");
    }

    private static byte[] run(String sql) {
        byte[] parse = parse("", sql);
        byte[] bind = bind("", "");
        byte[] execute = execute();
        byte[] all = new byte[parse.length + bind.length + execute.length];
        System.arraycopy(parse, 0, all, 0, parse.length);
        System.arraycopy(bind, 0, all, parse.length, bind.length);
        System.arraycopy(execute, 0, all, parse.length + bind.length, execute.length);
        return all;
    }

    @Test
    void whatIsRefusedIsOneWhoeverRefusesIt() throws Exception {
        List<String> words = List.of("bad statement", "refused before", "refused behind");
        try (ScriptedClient client = client()) {
            for (String word : words) {
                client.send(query("select '" + word + "'" + COMMENT));
                client.readUntilReady();
                client.send(run("select '" + word + "'" + COMMENT), sync());
                client.readUntilReady();
            }
            client.send(query("select 1; select 'refused behind'; select 'refused behind'"));
            client.readUntilReady();
        }
        ended(9);

        assertThat(watched.stopped.subList(0, 6))
                .extracting(one -> one.low().get("pgproxy.decided_by"))
                .containsExactly("statements", "statements", "before", "before", "behind", "behind");
        assertThat(watched.stopped.subList(0, 6)).allSatisfy(one -> {
            assertThat(one.parent()).isEqualTo(PARENT);
            assertThat(one.error()).isEqualTo("io.pgproxy.observation.FailedQuery: SQLSTATE 42501");
            assertThat(one.low())
                    .containsEntry("pgproxy.status", "refused")
                    .containsEntry("pgproxy.source", "proxy")
                    .containsEntry("pgproxy.sqlstate.class", "42");
        });
    }

    @Test
    void anErrorIsItsSqlStateAndNothingElse() throws Exception {
        try (ScriptedClient client = client()) {
            client.send(query("select 'secret'::int"));
            client.readUntilReady();
            client.send(query("do $$begin raise 'secret' using errcode = 'ZZ123'; end$$"));
            client.readUntilReady();
        }
        ended(2);

        Watched.Stopped seen = lastOf("SELECT");
        assertThat(seen.error()).isEqualTo("io.pgproxy.observation.FailedQuery: SQLSTATE 22P02");
        assertThat(seen.high()).containsEntry("db.response.status_code", "22P02");
        assertThat(lastOf("DO").low()).containsEntry("pgproxy.sqlstate.class", "other");
        assertThat(lastOf("DO").high()).containsEntry("db.response.status_code", "ZZ123");
        assertThat(watched.stopped.toString()).doesNotContain("secret");
    }

    @Test
    void whatIsCancelledOrLeftAloneIsOne() throws Exception {
        try (ScriptedClient client = client();
                ScriptedClient gone = client()) {
            client.send(query("select pg_sleep(60)"));
            sleeps(1);
            ScriptedClient.cancel("127.0.0.1", proxy.port(), client.processId(), client.secretKey());
            client.readUntilReady();
            gone.send(query("select pg_sleep(60)"), query("values (1)"));
            sleeps(1);
            assertThat(watched.open).isNotEmpty();
            gone.reset();
            ended(3);
        }

        assertThat(watched.statuses().get(0)).isEqualTo("SELECT cancelled");
        assertThat(watched.stopped).hasSize(3);
    }

    private void sleeps(int count) throws Exception {
        Await.until(
                "it runs",
                () -> database.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'"
                                        + " and datname = current_database()")
                                .size()
                        == count);
    }

    @Test
    void whatIsSkippedWhileItWaitsIsOneAndStopsWithItsOutcome() throws Exception {
        try (ScriptedClient client = client()) {
            client.send(run("select 1/(select 0)"), run("values ('later')"), sync());
            client.expectNext("12E");
            Await.until("a verdict is waited for", () -> later.get() != null);
            later.get().complete(Verdict.proceed());
            client.readUntilReady();
            ended(2);
            Await.until("both have stopped", watched.open::isEmpty);

            assertThat(watched.statuses()).containsExactlyInAnyOrder("SELECT failed", "VALUES skipped");
        }
    }

    @Test
    void aSessionThatEndsWhileAVerdictIsWaitedForLeavesNothing() throws Exception {
        try (ScriptedClient client = client()) {
            client.send(query("select 1"), query("values ('later')"));
            client.readUntilReady();
            Await.until("a verdict is waited for", () -> later.get() != null);
            client.reset();
            Await.until("the session has ended", () -> proxy.sessionCount() == 0);
        }

        assertThat(watched.statuses()).first().isEqualTo("SELECT succeeded");
        assertThat(watched.stopped).hasSize(2);
    }

    @Test
    void aHostMayNameOtherwiseShowTextsAndNotBelieveComments() throws Exception {
        SemanticConvention usual = SemanticConvention.withNormalizedText();
        restart(ObservedQueries.of(registry).ignoringComments().named(new QueryConvention() {
            @Override
            public String getName() {
                return "shop.queries";
            }

            @Override
            public String getContextualName(QueryContext context) {
                return usual.getContextualName(context);
            }

            @Override
            public KeyValues getLowCardinalityKeyValues(QueryContext context) {
                return usual.getLowCardinalityKeyValues(context)
                        .and(KeyValue.of(
                                "shop.database", context.execution().session().database()));
            }

            @Override
            public KeyValues getHighCardinalityKeyValues(QueryContext context) {
                return usual.getHighCardinalityKeyValues(context);
            }
        }));
        try (ScriptedClient client = client()) {
            client.send(query("select 'secret' as a" + COMMENT));
            client.readUntilReady();
            client.send(query("select " + "a, ".repeat(1000) + "b"));
            client.readUntilReady();
        }
        ended(2);

        Watched.Stopped seen = watched.stopped.get(0);
        assertThat(seen.parent()).isNull();
        assertThat(seen.low()).containsEntry("shop.database", database.name()).hasSize(8);
        assertThat(seen.high()).containsEntry("db.query.text", "select ? as a");
        assertThat(watched.stopped.get(1).high().get("db.query.text"))
                .hasSize(2001)
                .endsWith("…");
    }

    @Test
    void anExecutionThatHasEndedIsForgotten() {
        ObservationRegistry other = ObservationRegistry.create();
        other.observationConfig().observationHandler(new Watched());

        assertThat(new KeptBySession().keptBy(ObservedQueries.of(other))).containsExactly(Map.of());
    }

    @Test
    void aHandlerThatThrowsRefusesNothing() throws Exception {
        registry.observationConfig().observationHandler(new Throwing());
        try (ScriptedClient client = client()) {
            client.send(query("select 1"));
            assertThat(client.readUntilReady()).noneMatch(message -> message.tag() == 'E');
            client.send(query("select 1/0"));
            client.readUntilReady();
        }
        ended(2);
    }
}
