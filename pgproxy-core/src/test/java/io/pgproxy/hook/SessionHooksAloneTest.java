package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With hooks on sessions alone nobody reads SQL, and nothing that only reading it would need is refused. */
@WithPostgres
class SessionHooksAloneTest {
    private static final SessionHook PROCEEDS = session -> Verdict.proceed();

    private final TestDatabase database;
    private HookedProxy proxy;
    private ScriptedClient client;

    SessionHooksAloneTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        proxy = HookedProxy.before(database, PROCEEDS);
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    @Test
    void encodingsAndEscapesAreTheClientsOwn() throws Exception {
        assertThat(ask(client, "set client_encoding to latin1")).contains("C(SET)");
        assertThat(ask(client, "set standard_conforming_strings to off")).contains("C(SET)");
        assertThat(ask(client, parse("", "select '\\\\' as a"), bind("", ""), execute(), sync()))
                .endsWith("2 D[\\] C(SELECT 1) ZI");
    }

    @Test
    void hooksThatReadSqlComeBetweenTwoExchanges() throws Exception {
        assertThat(ask(client, parse("s", "select 1 as a"), sync())).isEqualTo("1 ZI");
        client.send(query("begin"), query("select pg_sleep(0.3)"));
        Await.until(
                "it runs",
                () -> !database.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'")
                        .isEmpty());
        proxy.server()
                .hooks(HookChain.builder()
                        .hook("refuses", QueryHook.admit(NO_TWO))
                        .build());
        client.send(query("select 2 as b"), query("rollback"));

        assertThat(Told.next(client)).isEqualTo("C(BEGIN) ZT");
        assertThat(Told.next(client)).startsWith("T[pg_sleep]");
        assertThat(Told.next(client)).isEqualTo("E(42501) ZE");
        assertThat(Told.next(client)).isEqualTo("C(ROLLBACK) ZI");
        // What was prepared while nobody read it is not known.
        assertThat(ask(client, bind("", "s"), execute(), sync())).isEqualTo("E(26000) ZI");
        assertThat(ask(client, parse("", "select 1 as a"), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[1] C(SELECT 1) ZI");
    }

    private static final AdmitHook NO_TWO = execution ->
            execution.statement().sql().contains("2 as b") ? Verdict.reject("42501", "no") : Verdict.proceed();
}
