package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.copyFail;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.protocol.Column;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Exchanges go to one upstream or another, and a client sees one session. */
@WithPostgres
class RouteStageTest {
    private static final String HOME = "select where_am_i() as home";
    private static final String AWAY = "select where_am_i() as away";
    private static final List<Column> COLUMNS = List.of(Column.text("own"));

    private final TestDatabase database;
    private final TestDatabase other;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private ProxyServer server;
    private ScriptedClient client;

    RouteStageTest(TestDatabase database, @WithPostgres(name = "second") TestDatabase elsewhere) throws Exception {
        this.database = database;
        this.other = elsewhere.server().database(database.name()); // a session has one database name everywhere
        String there = "select from pg_database where datname = '" + database.name() + "'";
        if (elsewhere.query(there).isEmpty()) {
            elsewhere.server().createDatabase(database.name());
        }
    }

    @BeforeEach
    void start() throws Exception {
        prepare(database, "home");
        prepare(other, "away");
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url())
                .upstream("away", other.url())
                .upstream("down", "postgresql://u:p@127.0.0.1:1/nothing")
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .hook("route", QueryHook.route(this::route))
                .hook("own", QueryHook.answer(RouteStageTest::own))
                .build()
                .start();
        client = ScriptedClient.connect("127.0.0.1", server.port());
        client.login(database.user(), database.password(), database.name());
    }

    private static void prepare(TestDatabase where, String name) throws Exception {
        where.execute("create or replace function where_am_i() returns text language sql as $$select '" + name
                + "'::text$$; drop table if exists t; create table t (a text)");
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private Verdict<Route> route(Exchange exchange) {
        StringBuilder all = new StringBuilder();
        exchange.statements().forEach(statement -> all.append(statement.sql()).append(';'));
        asked.add((exchange.complete() ? "complete " : "open ") + (exchange.readsOnly() ? "reads " : "") + all);
        if (all.indexOf("unknown_name") >= 0) {
            return Verdict.of(new Route.One("nowhere"));
        }
        if (all.indexOf("down_name") >= 0) {
            return Verdict.of(new Route.One("down"));
        }
        if (all.indexOf("refused_name") >= 0) {
            return Verdict.reject("42501", "no");
        }
        if (all.indexOf("any_name") >= 0) {
            return Verdict.of(new Route.AnyOf(List.of("away"), Route.Pick.ROUND_ROBIN));
        }
        return all.indexOf("away") >= 0 ? Verdict.of(new Route.One("away")) : Verdict.proceed();
    }

    private static Verdict<Answer> own(Statement statement) {
        return statement.sql().contains("own_answer")
                ? Verdict.of(
                        new Answer(COLUMNS, run -> Verdict.of(Reply.of(COLUMNS).row("own"))))
                : statement.sql().contains("refused_statement") ? Verdict.reject("42501", "no") : Verdict.proceed();
    }

    private static final String AT_HOME = "T[home] D[home] C(SELECT 1) Z";
    private static final String IS_AWAY = "T[away] D[away] C(SELECT 1) Z";

    @Test
    void queries() throws Exception {
        assertThat(ask(client, HOME)).isEqualTo(AT_HOME + "I");
        assertThat(ask(client, AWAY)).isEqualTo(IS_AWAY + "I");
        assertThat(ask(client, HOME)).isEqualTo(AT_HOME + "I");
        assertThat(ask(client, "select where_am_i() as any_name")).isEqualTo("T[any_name] D[away] C(SELECT 1) ZI");
        assertThat(ask(client, HOME + "; " + AWAY))
                .isEqualTo("T[home] D[away] C(SELECT 1) T[away] D[away] C(SELECT 1) ZI");
    }

    @Test
    void extendedMessages() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(ask(client, parse("", AWAY), bind("", ""), execute(), sync()))
                    .isEqualTo("1 2 D[away] C(SELECT 1) ZI");
            assertThat(ask(client, parse("", HOME), bind("", ""), execute(), sync()))
                    .isEqualTo("1 2 D[home] C(SELECT 1) ZI");
        }
    }

    @Test
    void statementsPreparedInAnEarlierExchange() throws Exception {
        assertThat(ask(client, parse("a", AWAY), describeStatement("a"), sync()))
                .isEqualTo("1 t T[away] ZI");
        assertThat(ask(client, parse("h", HOME), sync())).isEqualTo("1 ZI");
        for (int i = 0; i < 3; i++) {
            assertThat(ask(client, bind("", "a"), execute(), sync())).isEqualTo("2 D[away] C(SELECT 1) ZI");
            assertThat(ask(client, bind("", "h"), execute(), sync())).isEqualTo("2 D[home] C(SELECT 1) ZI");
            assertThat(ask(client, bind("", "a"), execute(), bind("", "h"), execute(), sync()))
                    .isEqualTo("2 D[away] C(SELECT 1) 2 D[away] C(SELECT 1) ZI");
            assertThat(ask(client, describeStatement("a"), bind("", "a"), execute(), sync()))
                    .isEqualTo("t T[away] 2 D[away] C(SELECT 1) ZI");
        }
        assertThat(ask(client, closeStatement("a"), parse("a", HOME), bind("", "a"), execute(), sync()))
                .isEqualTo("3 1 2 D[home] C(SELECT 1) ZI");
        assertThat(ask(client, closeStatement("a"), parse("a", AWAY + ", 2 as two"), sync()))
                .isEqualTo("3 1 ZI");
        assertThat(ask(client, bind("", "a"), execute(), sync())).isEqualTo("2 D[away, 2] C(SELECT 1) ZI");
    }

    /** The Describe of PQdescribePrepared is an exchange of its own, which names no text. */
    @Test
    void aStatementIsDescribedWhereverThatGoes() throws Exception {
        assertThat(ask(client, parse("a", AWAY), sync())).isEqualTo("1 ZI");
        for (int i = 0; i < 2; i++) {
            assertThat(ask(client, describeStatement("a"), sync())).isEqualTo("t T[away] ZI");
        }
    }

    /** Behind a Query that was skipped, and whose watch has not been told yet. */
    @Test
    void aQueryForgetsTheUnnamedStatementEverywhere() throws Exception {
        client.send(
                parse("", "copy t from stdin"),
                bind("", ""),
                execute(),
                copyFail("no"),
                execute(),
                flush(),
                query("select 'skipped'"),
                sync(),
                query(AWAY),
                bind("", ""),
                execute(),
                sync());
        assertThat(Told.next(client)).isEqualTo("1 2 G");
        assertThat(Told.next(client)).isEqualTo("E(57014) ZI");
        assertThat(Told.next(client)).isEqualTo(IS_AWAY + "I");
        assertThat(Told.next(client)).isEqualTo("E(26000) ZI");
    }

    @Test
    void anEmptyStatementRunsWhereverItIsBound() throws Exception {
        assertThat(ask(client, parse("e", ""), sync())).isEqualTo("1 ZI");
        for (int i = 0; i < 2; i++) {
            assertThat(ask(client, parse("", AWAY), bind("", ""), execute(), bind("", "e"), execute(), sync()))
                    .isEqualTo("1 2 D[away] C(SELECT 1) 2 I ZI");
        }
    }

    @Test
    void aNameIsFreeEverywhereOnceItIsClosed() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(ask(client, parse("s", AWAY), bind("", "s"), execute(), sync()))
                    .isEqualTo("1 2 D[away] C(SELECT 1) ZI");
            assertThat(ask(client, closeStatement("s"), sync())).isEqualTo("3 ZI");
            assertThat(ask(client, parse("s", HOME), bind("", "s"), execute(), sync()))
                    .isEqualTo("1 2 D[home] C(SELECT 1) ZI");
            assertThat(ask(client, closeStatement("s"), sync())).isEqualTo("3 ZI");
        }
    }

    @Test
    void aNameIsTakenEverywhere() throws Exception {
        assertThat(ask(client, parse("s", AWAY), sync())).isEqualTo("1 ZI");
        assertThat(ask(client, parse("s", HOME), sync())).isEqualTo("E(42P05) ZI");
        assertThat(ask(client, bind("", "s"), execute(), sync())).isEqualTo("2 D[away] C(SELECT 1) ZI");
    }

    @Test
    void aTransactionStaysWhereItBegan() throws Exception {
        assertThat(ask(client, "begin /* */; select 1 as away")).endsWith("ZT");
        assertThat(ask(client, HOME)).isEqualTo("T[home] D[away] C(SELECT 1) ZT");
        assertThat(ask(client, parse("", HOME), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[away] C(SELECT 1) ZT");
        assertThat(ask(client, "insert into t values ('x')")).isEqualTo("C(INSERT 0 1) ZT");
        assertThat(ask(client, "select refused_statement")).isEqualTo("E(42501) ZE");
        assertThat(ask(client, "select 'own_answer'")).isEqualTo("E(25P02) ZE");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
        assertThat(ask(client, HOME)).isEqualTo(AT_HOME + "I");
        assertThat(ask(client, "begin")).isEqualTo("C(BEGIN) ZT");
        assertThat(ask(client, AWAY)).isEqualTo("T[away] D[home] C(SELECT 1) ZT");
        assertThat(ask(client, "commit")).isEqualTo("C(COMMIT) ZI");
        assertThat(other.query("select * from t")).isEmpty();
    }

    @Test
    void pipelinedExchangesAlternateAndRepliesKeepTheirOrder() throws Exception {
        for (int round = 0; round < 10; round++) {
            client.send(
                    query("select 'late' as home from pg_sleep(0.005)"),
                    query(AWAY),
                    query(HOME),
                    parse("", AWAY),
                    bind("", ""),
                    execute(),
                    sync(),
                    parse("", HOME),
                    bind("", ""),
                    execute(),
                    sync(),
                    query("select 'own_answer'"),
                    query(AWAY),
                    query("select refused_statement"),
                    query(HOME));
            assertThat(Told.next(client)).isEqualTo("T[home] D[late] C(SELECT 1) ZI");
            assertThat(Told.next(client)).isEqualTo(IS_AWAY + "I");
            assertThat(Told.next(client)).isEqualTo(AT_HOME + "I");
            assertThat(Told.next(client)).isEqualTo("1 2 D[away] C(SELECT 1) ZI");
            assertThat(Told.next(client)).isEqualTo("1 2 D[home] C(SELECT 1) ZI");
            assertThat(Told.next(client)).isEqualTo("T[own] D[own] C(SELECT 1) ZI");
            assertThat(Told.next(client)).isEqualTo(IS_AWAY + "I");
            assertThat(Told.next(client)).isEqualTo("E(42501) ZI");
            assertThat(Told.next(client)).isEqualTo(AT_HOME + "I");
        }
    }

    @Test
    void whereNobodyAnswersTheExchangeFailsAndTheSessionLives() throws Exception {
        List<String> states = new ArrayList<>();
        for (String name : new String[] {"unknown_name", "down_name", "refused_name"}) {
            String sql = "select 1 as " + name;
            states.add(ask(client, sql));
            states.add(ask(client, parse("", sql), bind("", ""), execute(), sync()));
            assertThat(ask(client, HOME)).as(name).isEqualTo(AT_HOME + "I");
        }
        assertThat(states)
                .allMatch(state -> state.matches("E\\([0-9A-Z]{5}\\) ZI"))
                .element(4)
                .isEqualTo("E(42501) ZI");
    }

    @Test
    void repliesAndRefusalsWithinARoutedExchange() throws Exception {
        assertThat(ask(
                        client,
                        parse("", AWAY),
                        bind("", ""),
                        execute(),
                        parse("", "select 'own_answer'"),
                        bind("", ""),
                        execute(),
                        parse("", HOME),
                        bind("", ""),
                        execute(),
                        sync()))
                .isEqualTo("1 2 D[away] C(SELECT 1) 1 2 D[own] C(SELECT 1) 1 2 D[away] C(SELECT 1) ZI");
        assertThat(ask(
                        client,
                        parse("", "insert into t values ('away')"),
                        bind("", ""),
                        execute(),
                        parse("", "select refused_statement"),
                        bind("", ""),
                        execute(),
                        sync()))
                .isEqualTo("1 2 C(INSERT 0 1) E(42501) ZI");
        assertThat(other.query("select * from t")).isEmpty();
        assertThat(ask(client, parse("", "select 'own_answer'"), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[own] C(SELECT 1) ZI");
    }

    @Test
    void hooksAreToldWhetherMoreMayCome() throws Exception {
        ask(client, "select 1");
        ask(client, parse("", "select 2"), bind("", ""), execute(), sync());
        client.send(parse("", "select 3"), bind("", ""), execute(), flush());
        client.expectNext("12DC");
        ask(client, sync());
        ask(client, "insert into t values ('x')");
        ask(client, "select nextval('nothing')");
        ask(client, "select where_am_i()");

        assertThat(asked)
                .containsExactly(
                        "complete reads select 1;",
                        "complete reads select 2;",
                        "open select 3;",
                        "complete insert into t values ('x');",
                        "complete select nextval('nothing');",
                        "complete select where_am_i();");
    }

    @Test
    void whatNoUpstreamRunsIsNotRouted() throws Exception {
        ask(client, "select refused_statement");
        ask(client, "select 'own_answer'");
        ask(client, parse("", "select refused_statement"), bind("", ""), execute(), sync());
        ask(client, parse("", "select 'own_answer'"), bind("", ""), execute(), sync());

        assertThat(asked).isEmpty();
    }

    @Test
    void otherHooksLeaveAnOpenTransactionWhereItIs() throws Exception {
        assertThat(ask(client, "begin /* */; select 1 as away")).endsWith("ZT");
        server.hooks(HookChain.builder()
                .hook("route", QueryHook.route(exchange -> Verdict.of(new Route.One("main"))))
                .build());

        assertThat(ask(client, HOME)).isEqualTo("T[home] D[away] C(SELECT 1) ZT");
        assertThat(ask(client, "commit")).isEqualTo("C(COMMIT) ZI");
        assertThat(ask(client, AWAY)).isEqualTo("T[away] D[home] C(SELECT 1) ZI");
    }

    @Test
    void theUpstreamWithTheFewestSessionsIsPicked() throws Exception {
        server.hooks(HookChain.builder()
                .hook(
                        "least",
                        QueryHook.route(exchange ->
                                Verdict.of(new Route.AnyOf(List.of("main", "away"), Route.Pick.LEAST_CONNECTIONS))))
                .build());

        // Every session has a connection to its own upstream, and this is the first that goes elsewhere.
        assertThat(ask(client, HOME)).isEqualTo("T[home] D[away] C(SELECT 1) ZI");
    }

    @Test
    void aDriverThatPrepares() throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database.name() + "?prepareThreshold=2",
                        database.user(),
                        database.password());
                PreparedStatement away = connection.prepareStatement(AWAY + " where 1 = ?");
                PreparedStatement home = connection.prepareStatement(HOME + " where 1 = ?")) {
            for (int i = 0; i < 5; i++) {
                assertThat(only(away)).isEqualTo("away");
                assertThat(only(home)).isEqualTo("home");
            }
            connection.setAutoCommit(false);
            assertThat(only(home)).isEqualTo("home");
            assertThat(only(away)).isEqualTo("home");
            connection.commit();
        }
    }

    private static String only(PreparedStatement statement) throws Exception {
        statement.setInt(1, 1);
        try (ResultSet rows = statement.executeQuery()) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
