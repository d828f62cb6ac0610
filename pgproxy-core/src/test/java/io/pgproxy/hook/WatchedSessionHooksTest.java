package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.metrics.ProxyMetrics;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hooks on sessions alone, on a server that limits and measures: sessions are watched, and not read. */
@WithPostgres
class WatchedSessionHooksTest {
    private final TestDatabase database;
    private final List<String> reported = new CopyOnWriteArrayList<>();
    private final List<String> executed = new CopyOnWriteArrayList<>();
    private ProxyServer server;
    private ScriptedClient client;

    WatchedSessionHooksTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url())
                .eventLoops(1)
                .limits(Limits.builder().maxRows(2).build())
                .metrics(new Executed())
                .hook("reports", new Reports())
                .build()
                .start();
        client = ScriptedClient.connect("127.0.0.1", server.port());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private final class Reports implements SessionHook {
        @Override
        public Verdict<Terms> authenticated(Session session) {
            return Verdict.proceed();
        }

        @Override
        public Verdict<Void> reported(Session session, String setting, String value) {
            reported.add(setting + "=" + value);
            return Verdict.proceed();
        }
    }

    private final class Executed implements ProxyMetrics {
        @Override
        public void executed(StatementKind kind, Outcome.Status status, Outcome.Source source, long rows, long bytes) {
            executed.add(kind + " " + status + " " + rows);
        }
    }

    private static final AdmitHook NO_TWO = execution ->
            execution.statement().sql().contains("2 as b") ? Verdict.reject("42501", "no") : Verdict.proceed();

    private void login() throws Exception {
        client.login(database.user(), database.password(), database.name());
    }

    private void readSql() {
        server.hooks(
                HookChain.builder().hook("refuses", QueryHook.admit(NO_TWO)).build());
    }

    @Test
    void limitsHoldAndEachExecutionIsCountedOnce() throws Exception {
        login();
        assertThat(ask(client, "select 1 as a from generate_series(1, 3)")).isEqualTo("T[a] D[1] D[1] E(54000) ZI");
        assertThat(ask(client, parse("", "select 1 as a"), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[1] C(SELECT 1) ZI");
        assertThat(ask(client, functionCall(1397, "-1"))).isEqualTo("V ZI");

        assertThat(executed).containsExactly("SELECT FAILED 2", "SELECT SUCCEEDED 1", "UNKNOWN SUCCEEDED 0");
    }

    @Test
    void encodingsAndEscapesAreTheClientsOwn() throws Exception {
        login();
        assertThat(ask(client, "set client_encoding to latin1")).contains("C(SET)");
        assertThat(ask(client, "set standard_conforming_strings to off")).contains("C(SET)");
        assertThat(reported).contains("client_encoding=LATIN1", "standard_conforming_strings=off");
        client.send(FrontendBytes.message('Q', "select length('\u00e4') as a\0".getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(Told.next(client)).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        // One literal, as the server reads it; two statements to whom nobody has told of the setting.
        assertThat(ask(client, "select length('\\'; begin; select (') as a")).endsWith("T[a] D[18] C(SELECT 1) ZI");

        // Of a text that is no UTF-8 the kind is not known.
        assertThat(executed)
                .endsWith("UNKNOWN SUCCEEDED 1", "SELECT SUCCEEDED 1")
                .hasSize(4);
    }

    @Test
    void replicationPasses() throws Exception {
        client.login(
                FrontendBytes.PROTOCOL_3_0,
                Map.of("user", database.user(), "database", database.name(), "replication", "database"),
                database.password());
        assertThat(ask(client, "IDENTIFY_SYSTEM")).contains("C(IDENTIFY_SYSTEM) ZI");
    }

    @Test
    void hooksThatReadSqlComeBetweenTwoExchanges() throws Exception {
        login();
        assertThat(ask(client, parse("s", "select 1 as a"), sync())).isEqualTo("1 ZI");
        client.send(query("begin"), query("select pg_sleep(0.3)"));
        Await.until(
                "it runs",
                () -> !database.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'")
                        .isEmpty());
        readSql();
        client.send(query("select 2 as b"), query("rollback"));

        assertThat(Told.next(client)).isEqualTo("C(BEGIN) ZT");
        assertThat(Told.next(client)).startsWith("T[pg_sleep]");
        assertThat(Told.next(client)).isEqualTo("E(42501) ZE");
        assertThat(Told.next(client)).isEqualTo("C(ROLLBACK) ZI");
        // What was prepared while nobody read it is not known.
        assertThat(ask(client, bind("", "s"), execute(), sync())).isEqualTo("E(26000) ZI");
        assertThat(ask(client, "select 1 as a from generate_series(1, 3)")).isEqualTo("T[a] D[1] D[1] E(54000) ZI");
        assertThat(executed)
                .containsExactly(
                        "BEGIN SUCCEEDED 0",
                        "SELECT SUCCEEDED 1",
                        "SELECT REFUSED 0",
                        "ROLLBACK SUCCEEDED 0",
                        "SELECT FAILED 2");
    }

    /** The exchange that is to be read first waits for a result that is cut off within a block of the proxy's own. */
    @Test
    void hooksThatReadSqlWaitForWhatIsUndone() throws Exception {
        login();
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
        client.send(query("insert into t values (1); select pg_sleep(0.3), a from generate_series(1, 3) as a"));
        Await.until(
                "it runs",
                () -> !database.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'")
                        .isEmpty());
        readSql();
        client.send(query("select 2 as b"), query("select count(*) as a from t"));

        assertThat(Told.next(client)).endsWith("E(54000) ZI");
        assertThat(Told.next(client)).isEqualTo("E(42501) ZI");
        assertThat(Told.next(client)).isEqualTo("T[a] D[0] C(SELECT 1) ZI");
    }

    @Test
    void aSessionThatCannotBeReadEnds() throws Exception {
        login();
        assertThat(ask(client, "set client_encoding to latin1")).contains("C(SET)");
        server.hooks(HookChain.builder().hook("another", new Reports()).build());
        assertThat(ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");

        readSql();

        assertThat(ask(client, "select 1 as a")).startsWith("E(0A000)");
        client.awaitEnd();
    }

    @Test
    void aClientMayLeaveWhileItsFirstMessageWaits() throws Exception {
        login();
        client.send(query("select pg_sleep(60)"));
        Await.until(
                "it runs",
                () -> !database.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'")
                        .isEmpty());
        readSql();
        client.send(query("select 2 as b"));
        client.close();

        Await.until("it is gone", () -> server.sessionCount() == 0);
        assertThat(executed).containsExactly("SELECT ABANDONED 0");
    }
}
