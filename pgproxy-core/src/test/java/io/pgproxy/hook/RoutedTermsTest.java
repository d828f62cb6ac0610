package io.pgproxy.hook;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What terms ask for is in force wherever the execution goes. */
@WithPostgres
class RoutedTermsTest {
    private static final String HOME = "select current_setting('app.tenant', true) as home";
    private static final String AWAY = "select current_setting('app.tenant', true) as away";
    private static final String OTHERS_HOME = "select current_setting('app.tenant', true) as home_other";
    private static final String OTHERS_AWAY = "select current_setting('app.tenant', true) as away_other";

    private final TestDatabase database;
    private final TestDatabase elsewhere;
    private ProxyServer server;
    private ScriptedClient client;

    RoutedTermsTest(TestDatabase database, @WithPostgres(name = "second") TestDatabase second) throws Exception {
        this.database = database;
        this.elsewhere = second.server().database(database.name()); // a session has one database name everywhere
        String there = "select from pg_database where datname = '" + database.name() + "'";
        if (second.query(there).isEmpty()) {
            second.server().createDatabase(database.name());
        }
    }

    @BeforeEach
    void start() throws Exception {
        elsewhere.execute(
                "create schema if not exists hidden; drop table if exists hidden.t; create table hidden.t (a int)");
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url())
                .upstream("away", elsewhere.url())
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .hook("tenant", QueryHook.session(RoutedTermsTest::ofSession))
                .hook("other", QueryHook.admit(RoutedTermsTest::ofExecution))
                .hook("route", QueryHook.route(RoutedTermsTest::route))
                .build()
                .start();
        client = ScriptedClient.connect("127.0.0.1", server.port());
        client.login(database.user(), database.password(), database.name());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private static Verdict<Terms> ofSession(Session session) {
        return Verdict.of(Terms.setting("app.tenant", "mine").and(Terms.setting("search_path", "hidden")));
    }

    private static Verdict<Terms> ofExecution(Execution execution) {
        return execution.statement().sql().contains("other")
                ? Verdict.of(Terms.setting("app.audience", "public"))
                : Verdict.proceed();
    }

    private static Verdict<Route> route(Exchange exchange) {
        boolean away = exchange.statements().stream().anyMatch(s -> s.sql().contains("away"));
        return away ? Verdict.of(new Route.One("away")) : Verdict.proceed();
    }

    private String ask(String sql) throws Exception {
        return ask(query(sql));
    }

    private String ask(byte[]... messages) throws Exception {
        client.send(messages);
        return next();
    }

    /** PostgreSQL reports search_path from 18 on. */
    private String next() throws Exception {
        return Told.next(client).replace("S(search_path) ", "");
    }

    @Test
    void queries() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(ask(HOME)).isEqualTo("T[home] D[mine] C(SELECT 1) ZI");
            assertThat(ask(AWAY)).isEqualTo("T[away] D[mine] C(SELECT 1) ZI");
        }
    }

    @Test
    void extendedMessages() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(ask(parse("", HOME), bind("", ""), execute(), sync())).isEqualTo("1 2 D[mine] C(SELECT 1) ZI");
            assertThat(ask(parse("", AWAY), bind("", ""), execute(), sync())).isEqualTo("1 2 D[mine] C(SELECT 1) ZI");
        }
    }

    @Test
    void pipelined() throws Exception {
        client.send(query(HOME), query(AWAY));
        client.send(parse("", AWAY), bind("", ""), execute(), sync());
        client.send(parse("", HOME), bind("", ""), execute(), sync(), query(AWAY));

        assertThat(next()).isEqualTo("T[home] D[mine] C(SELECT 1) ZI");
        assertThat(next()).isEqualTo("T[away] D[mine] C(SELECT 1) ZI");
        assertThat(next()).isEqualTo("1 2 D[mine] C(SELECT 1) ZI");
        assertThat(next()).isEqualTo("1 2 D[mine] C(SELECT 1) ZI");
        assertThat(next()).isEqualTo("T[away] D[mine] C(SELECT 1) ZI");
    }

    @Test
    void whereNamesAreLookedUpByThem() throws Exception {
        assertThat(ask(parse("s", "select a as away from t"), describeStatement("s"), sync()))
                .isEqualTo("1 t T[away] ZI");
        assertThat(ask(bind("", "s"), execute(), sync())).isEqualTo("2 C(SELECT 0) ZI");
    }

    @Test
    void ofOneExecutionOnly() throws Exception {
        String audience = "select current_setting('app.audience', true) as ";
        assertThat(ask(audience + "home_other")).isEqualTo("T[home_other] D[public] C(SELECT 1) ZI");
        assertThat(ask(audience + "away")).isEqualTo("T[away] D[null] C(SELECT 1) ZI");
        assertThat(ask(audience + "away_other")).isEqualTo("T[away_other] D[public] C(SELECT 1) ZI");
        assertThat(ask(audience + "home")).isEqualTo("T[home] D[] C(SELECT 1) ZI");
        assertThat(ask(audience + "away")).isEqualTo("T[away] D[] C(SELECT 1) ZI");
        assertThat(ask(OTHERS_HOME)).isEqualTo("T[home_other] D[mine] C(SELECT 1) ZI");
        assertThat(ask(OTHERS_AWAY)).isEqualTo("T[away_other] D[mine] C(SELECT 1) ZI");
    }

    @Test
    void inABlockThatBeganThere() throws Exception {
        assertThat(ask("begin /* away */")).isEqualTo("C(BEGIN) ZT");
        assertThat(ask(HOME)).isEqualTo("T[home] D[mine] C(SELECT 1) ZT");
        assertThat(ask("rollback")).isEqualTo("C(ROLLBACK) ZI");
        assertThat(ask(AWAY)).isEqualTo("T[away] D[mine] C(SELECT 1) ZI");
        assertThat(ask(HOME)).isEqualTo("T[home] D[mine] C(SELECT 1) ZI");
    }
}
