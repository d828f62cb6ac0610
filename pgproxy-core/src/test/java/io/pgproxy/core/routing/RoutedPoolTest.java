package io.pgproxy.core.routing;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.Verdict;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Reads go to a replica, all else to its primary, both pooled: which of them has run a statement the servers say
 * themselves.
 */
@WithPostgres(primary = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutedPoolTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String WHERE = "select inet_server_port()";

    private final TestDatabase database;
    private final Queue<String> outcomes = new ConcurrentLinkedQueue<>();
    private LocalReplica replica;
    private ProxyServer server;
    private ScriptedClient client;

    RoutedPoolTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void stream(LocalPostgres primary) throws Exception {
        database.execute("create table t (a int)");
        replica = primary.newReplica().start();
    }

    @AfterAll
    void end() throws Exception {
        replica.close();
    }

    @BeforeEach
    void start() throws Exception {
        TestDatabase read = replica.server().database(database.name());
        replica.awaitReplay(PATIENCE);
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), PoolSettings.transaction(2))
                .upstream("replica", read.url(), PoolSettings.transaction(2))
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .hook("split", QueryHook.route(RoutedPoolTest::route))
                .hook("seen", (ObserveHook) this::seen)
                .build()
                .start();
        client = connect();
        outcomes.clear();
    }

    private ScriptedClient connect() throws Exception {
        ScriptedClient fresh = ScriptedClient.connect("127.0.0.1", server.port());
        fresh.login(database.user(), database.password(), database.name());
        return fresh;
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private static Verdict<Route> route(Exchange exchange) {
        boolean begins = exchange.statements().stream().anyMatch(s -> s.facts().kind() == StatementKind.BEGIN);
        return exchange.readsOnly() && !begins
                ? Verdict.of(new Route.AnyOf(List.of("replica", "main"), Route.Pick.IN_ORDER))
                : Verdict.proceed();
    }

    private void seen(Execution execution, Outcome outcome) {
        outcomes.add(outcome.upstreams() + " " + outcome.status());
    }

    private String primary() {
        return String.valueOf(database.port());
    }

    private String standby() {
        return String.valueOf(replica.server().port());
    }

    /** The values of all rows, and the errors, of what is answered up to ReadyForQuery. */
    private String next() throws Exception {
        return client.readUntilReady().stream()
                .filter(message -> message.tag() == 'D' || message.tag() == 'E')
                .map(message -> message.tag() == 'D' ? String.join(",", message.values()) : message.sqlState())
                .collect(Collectors.joining(" "));
    }

    private String ask(String sql) throws Exception {
        client.send(query(sql));
        return next();
    }

    @Test
    void readsGoToTheReplicaAndAllElseToThePrimary() throws Exception {
        assertThat(ask(WHERE)).isEqualTo(standby());
        assertThat(ask("insert into t values (1) returning inet_server_port()")).isEqualTo(primary());
        assertThat(ask(WHERE)).isEqualTo(standby());
        assertThat(ask("begin; " + WHERE + "; commit")).isEqualTo(primary());
        assertThat(outcomes).startsWith("[replica] SUCCEEDED", "[main] SUCCEEDED", "[replica] SUCCEEDED");
    }

    @Test
    void aBlockStaysWhereItHasBegun() throws Exception {
        assertThat(ask("begin")).isEmpty();
        assertThat(ask(WHERE)).isEqualTo(primary());
        assertThat(ask("nonsense")).isEqualTo("42601");
        assertThat(ask(WHERE)).isEqualTo("25P02");
        assertThat(ask("rollback")).isEmpty();
        assertThat(ask(WHERE)).isEqualTo(standby());
    }

    @Test
    void settingsFollowTheSession() throws Exception {
        String settings = "select current_setting('search_path'), current_setting('timezone'), inet_server_port()";
        ask("set search_path = 'a', 'b'");
        ask("set timezone = 'Asia/Tokyo'");
        assertThat(ask(settings)).isEqualTo("a, b,Asia/Tokyo," + standby());
        ask("reset search_path");
        assertThat(ask(settings)).isEqualTo("\"$user\", public,Asia/Tokyo," + standby());
        try (ScriptedClient mine = client) {
            client = connect();
            assertThat(ask("select current_setting('timezone') = 'Asia/Tokyo', inet_server_port()"))
                    .isEqualTo("f," + standby());
            assertThat(mine).isNotSameAs(client);
        }
    }

    @Test
    void theClientHearsOfSettingsOnce() throws Exception {
        client.send(query("set datestyle = 'German'"), query("select 1"), query("set application_name = 'x'"));
        assertThat(told(client.readUntilReady())).containsExactly("DateStyle");
        assertThat(told(client.readUntilReady())).isEmpty();
        assertThat(told(client.readUntilReady())).containsExactly("application_name");
        assertThat(client.parameters()).containsEntry("in_hot_standby", "off");
    }

    private static List<String> told(List<WireMessage> messages) {
        List<String> names = new ArrayList<>();
        for (WireMessage message : messages) {
            if (message.tag() == 'S') {
                names.add(message.string());
            }
        }
        return names;
    }

    @Test
    void preparedStatementsFollowTheSession() throws Exception {
        client.send(parse("s", "select $1::int, inet_server_port()"), describeStatement("s"), sync());
        assertThat(WireMessage.tags(client.readUntilReady())).isEqualTo("1tTZ");
        for (int i = 0; i < 3; i++) {
            client.send(bind("", "s", "7"), execute(), sync());
            assertThat(next()).isEqualTo("7," + standby());
            assertThat(ask("begin")).isEmpty();
            client.send(bind("", "s", "8"), execute(), sync());
            assertThat(next()).isEqualTo("8," + primary());
            assertThat(ask("commit")).isEmpty();
        }
    }

    @Test
    void statementsPreparedBySqlAreThePrimarys() throws Exception {
        ask("prepare p as select inet_server_port()");
        assertThat(ask(WHERE)).isEqualTo(standby());
        assertThat(ask("execute p")).isIn(primary(), standby());
        ask("deallocate p");
        assertThat(ask("execute p")).isEqualTo("26000");
    }

    /** What can be found on one connection alone is found. */
    @Test
    void whoHasATemporaryTableStaysWithIt() throws Exception {
        ask("create temp table mine as select 5 as a");
        assertThat(ask("select a, inet_server_port() from mine")).isEqualTo("5," + primary());
        ask("drop table mine");
        assertThat(ask(WHERE)).isEqualTo(standby());
    }

    @Test
    void answersOfPipelinedExchangesComeInOrder() throws Exception {
        List<String> expected = new ArrayList<>();
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            boolean reads = i % 3 != 0;
            sent.add(query(
                    reads
                            ? "select " + i + ", inet_server_port()"
                            : "insert into t values (" + i + ") returning a, inet_server_port()"));
            expected.add(i + "," + (reads ? standby() : primary()));
        }
        client.send(sent.toArray(new byte[0][]));
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(next());
        }
        assertThat(answers).isEqualTo(expected);
    }

    @Test
    void pipelinedBlocksAndBatchesStayWhole() throws Exception {
        client.send(
                query("begin"),
                query(WHERE),
                query("commit"),
                query(WHERE),
                parse("", WHERE),
                bind("", ""),
                execute(),
                sync(),
                parse("", "insert into t values (1) returning inet_server_port()"),
                bind("", ""),
                execute(),
                parse("", WHERE),
                bind("", ""),
                execute(),
                sync(),
                query(WHERE));
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            answers.add(next());
        }
        assertThat(answers)
                .containsExactly("", primary(), "", standby(), standby(), primary() + " " + primary(), standby());
    }

    @Test
    void aFlushedBatchIsThePrimarys() throws Exception {
        client.send(parse("", WHERE), bind("", ""), execute(), flush());
        List<WireMessage> answered = client.expectNext("12DC");
        assertThat(answered.get(2).values()).containsExactly(primary());
        client.send(sync(), query(WHERE));
        assertThat(next()).isEmpty();
        assertThat(next()).isEqualTo(standby());
    }

    @Test
    void aReadIsCancelledWhereItRuns() throws Exception {
        client.send(query("select pg_sleep(30), inet_server_port()"));
        TestDatabase read = replica.server().database(database.name());
        Await.until(
                "it runs there",
                () -> !read.query("select from pg_stat_activity where state = 'active' and query like '%pg_sleep(30)%'"
                                + " and pid <> pg_backend_pid()")
                        .isEmpty());
        ScriptedClient.cancel("127.0.0.1", server.port(), client.processId(), client.secretKey());
        assertThat(next()).isEqualTo("57014");
        assertThat(ask(WHERE)).isEqualTo(standby());
    }

    @Test
    void aReplicaThatIsAwayIsNotWaitedFor() throws Exception {
        assertThat(ask(WHERE)).isEqualTo(standby());
        replica.server().stopImmediately();
        Await.until("its loss is known", () -> server.pool("replica").view().open() == 0);
        try {
            for (int i = 0; i < 5; i++) {
                assertThat(ask(WHERE)).isEqualTo(primary());
            }
            client.send(query(WHERE), query("insert into t values (2) returning inet_server_port()"), query(WHERE));
            assertThat(List.of(next(), next(), next())).containsOnly(primary());
        } finally {
            replica.server().restart();
        }
        Await.until("it is used again", () -> ask(WHERE).equals(standby()));
    }

    @Test
    void whoGoesInMidPipelineLeavesNothing() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (ScriptedClient gone = connect()) {
                gone.send(
                        query(WHERE), query("insert into t values (3)"), query(WHERE), query("select pg_sleep(0.01)"));
            }
        }
        Await.until(
                "all is given back",
                () -> server.pools().stream()
                        .allMatch(pool -> pool.clients() <= 1 && pool.waiting() == 0 && pool.open() == pool.idle()));
        assertThat(ask(WHERE)).isEqualTo(standby());
    }
}
