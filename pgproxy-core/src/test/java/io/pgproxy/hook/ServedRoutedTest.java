package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is served leaves everything on the other upstream as it is: blocks, and what is prepared. */
@WithPostgres
class ServedRoutedTest {
    private final TestDatabase database;
    private ProxyServer server;
    private ScriptedClient client;

    ServedRoutedTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url())
                .upstream("other", database.url())
                .hook("shelf", Shelf.of("kept"))
                .hook("route", QueryHook.route(ServedRoutedTest::route))
                .build()
                .start();
        client = ScriptedClient.connect("127.0.0.1", server.port());
        client.login(database.user(), database.password(), database.name());
    }

    private static Verdict<Route> route(Exchange exchange) {
        boolean stays =
                exchange.statements().stream().anyMatch(each -> each.sql().contains("stays"));
        return stays ? Verdict.proceed() : Verdict.of(new Route.One("other"));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private String served() throws Exception {
        return ask(client, parse("", "select 'kept'"), bind("", ""), execute(), sync());
    }

    @Test
    void aSyncAloneTellsOfTheBlock() throws Exception {
        assertThat(ask(client, "begin")).isEqualTo("C(BEGIN) ZT");
        assertThat(ask(client, sync())).isEqualTo("ZT");
        assertThat(served()).isEqualTo("1 2 D[kept] C(SELECT 1) ZT");
        assertThat(served()).isEqualTo("1 2 D[kept] C(SELECT 1) ZT");
        assertThat(ask(client, sync())).isEqualTo("ZT");
        client.send(
                parse("", "select 'kept'"),
                bind("", ""),
                execute(),
                sync(),
                sync(),
                query("rollback"),
                query("select 1"));
        assertThat(Told.next(client)).isEqualTo("1 2 D[kept] C(SELECT 1) ZT");
        assertThat(Told.next(client)).isEqualTo("ZT");
        assertThat(Told.next(client)).isEqualTo("C(ROLLBACK) ZI");
        assertThat(Told.next(client)).isEqualTo("T[?column?] D[1] C(SELECT 1) ZI");
    }

    @Test
    void whatSqlHasPreparedCanBeBound() throws Exception {
        assertThat(ask(client, "prepare r as select 'sql'")).isEqualTo("C(PREPARE) ZI");
        for (int i = 0; i < 2; i++) {
            assertThat(ask(client, bind("", "r"), execute(), sync())).isEqualTo("2 D[sql] C(SELECT 1) ZI");
        }
        assertThat(ask(client, "execute r")).isEqualTo("T[?column?] D[sql] C(SELECT 1) ZI");
    }

    @Test
    void whatIsNotPreparedYetCanBeDeallocated() throws Exception {
        String sql = "select 'kept', 2";
        for (int i = 0; i < 3; i++) {
            assertThat(ask(client, parse("b", sql), bind("", "b"), execute(), sync()))
                    .isEqualTo("1 2 D[kept, 2] C(SELECT 1) ZI");
            assertThat(ask(client, parse("a", "deallocate b"), bind("", "a"), execute(), closeStatement("a"), sync()))
                    .isEqualTo("1 2 C(DEALLOCATE) 3 ZI");
        }
    }

    @Test
    void whatIsNotPreparedYetCanBeExecutedBySql() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(served()).isEqualTo("1 2 D[kept] C(SELECT 1) ZI");
            assertThat(ask(client, parse("s", "select 'kept'"), bind("", "s"), execute(), sync()))
                    .isEqualTo("1 2 D[kept] C(SELECT 1) ZI");
            assertThat(ask(client, "execute s")).isEqualTo("T[?column?] D[kept] C(SELECT 1) ZI");
            assertThat(ask(client, "deallocate s")).isEqualTo("C(DEALLOCATE) ZI");
        }
    }

    @Test
    void whatWasPreparedElsewhereCanBeExecutedBySql() throws Exception {
        assertThat(ask(client, parse("s", "select 'stays'"), sync())).isEqualTo("1 ZI");
        assertThat(ask(client, "execute s")).isEqualTo("T[?column?] D[stays] C(SELECT 1) ZI");
        assertThat(ask(client, "execute /* stays */ s")).isEqualTo("T[?column?] D[stays] C(SELECT 1) ZI");
        assertThat(ask(client, parse("", "execute s"), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[stays] C(SELECT 1) ZI");
        assertThat(ask(client, parse("t", "execute s"), sync())).isEqualTo("1 ZI");
        assertThat(ask(client, closeStatement("s"), parse("s", "select 'other'"), sync()))
                .isEqualTo("3 1 ZI");
        assertThat(ask(client, bind("", "t"), execute(), sync())).isEqualTo("2 D[other] C(SELECT 1) ZI");
        assertThat(ask(client, "execute /* stays */ s")).isEqualTo("T[?column?] D[other] C(SELECT 1) ZI");
        assertThat(ask(client, "deallocate s")).isEqualTo("C(DEALLOCATE) ZI");
        assertThat(ask(client, "execute /* stays */ s")).isEqualTo("E(26000) ZI");
    }

    @Test
    void whatCannotBePreparedElsewhereFails() throws Exception {
        assertThat(ask(client, "create temp table far as select 1 as a")).isEqualTo("C(SELECT 1) ZI");
        assertThat(ask(client, parse("s", "select a from far"), sync())).isEqualTo("1 ZI");
        assertThat(ask(client, "execute /* stays */ s")).isEqualTo("E(42P01) ZI");
        assertThat(ask(client, "execute s")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
    }

    @Test
    void whatCodeOnTheServerHasPreparedCanBeClosed() throws Exception {
        assertThat(ask(client, "do $$begin execute 'prepare p as select 1'; end$$"))
                .isEqualTo("C(DO) ZI");
        assertThat(ask(client, closeStatement("p"), sync())).isEqualTo("3 ZI");
        assertThat(ask(client, parse("p", "select 2"), sync())).isEqualTo("1 ZI");
    }

    @Test
    void theUnnamedStatementIsForgottenWithAParseThatFails() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(served()).isEqualTo("1 2 D[kept] C(SELECT 1) ZI");
            assertThat(ask(client, parse("", "nonsense"), sync())).isEqualTo("E(42601) ZI");
            assertThat(ask(client, bind("", ""), execute(), sync())).isEqualTo("E(26000) ZI");
        }
    }
}
