package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.BackendBytes;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server says besides a result could not be said again: such a result is not kept. */
@WithPostgres
class SpoiltRecordingTest {
    private static final String LONG_NAME = "keep_" + "x".repeat(80);

    private final TestDatabase database;
    private final Shelf shelf = Shelf.of("keep");
    private HookedProxy proxy;
    private ScriptedClient client;

    SpoiltRecordingTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        for (String volatility : new String[] {"volatile", "immutable"}) {
            database.execute("create or replace function keep_" + volatility + "() returns int language plpgsql "
                    + volatility + " as $$ begin raise notice 'noise'; return 1; end $$");
        }
        proxy = HookedProxy.before(database, shelf);
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    @Test
    void byANoticeInAQuery() throws Exception {
        String sql = "select keep_volatile() as a from generate_series(1, 2)";
        String loud = "T[a] N(noise) D[1] N(noise) D[1] C(SELECT 2) ZI";

        assertThat(ask(client, sql)).isEqualTo(loud);
        assertThat(ask(client, sql)).isEqualTo(loud);
        assertThat(shelf.told()).containsExactly("abandoned", "abandoned");
    }

    @Test
    void byANoticeWhenAQueryIsRead() throws Exception {
        ask(client, "select 1 as " + LONG_NAME);

        assertThat(shelf.told()).containsExactly("abandoned");
    }

    @Test
    void byANoticeOfExecute() throws Exception {
        byte[][] extended = {parse("", "select keep_volatile() as a"), bind("", ""), execute(), sync()};

        assertThat(ask(client, extended)).isEqualTo("1 2 N(noise) D[1] C(SELECT 1) ZI");
        assertThat(ask(client, extended)).isEqualTo("1 2 N(noise) D[1] C(SELECT 1) ZI");
        assertThat(shelf.told()).containsExactly("abandoned", "abandoned");
    }

    @Test
    void byANoticeOfBindThatPlans() throws Exception {
        byte[][] extended = {parse("", "select keep_immutable() as a"), bind("", ""), execute(), sync()};

        assertThat(ask(client, extended)).startsWith("1 N(noise)").endsWith("D[1] C(SELECT 1) ZI");
        assertThat(shelf.told()).containsExactly("abandoned");
    }

    @Test
    void notByANoticeOfParse() throws Exception {
        String answer = ask(client, parse("", "select 1 as " + LONG_NAME), bind("", ""), execute(), sync());

        assertThat(answer).startsWith("N(").endsWith("1 2 D[1] C(SELECT 1) ZI");
        assertThat(shelf.told()).containsExactly("recorded");
    }

    @Test
    void notByANoticeOfAnotherStatement() throws Exception {
        String answer = ask(
                client,
                parse("", "select keep_volatile() as a"),
                bind("", ""),
                execute(),
                parse("", "select 'keep' as a"),
                bind("", ""),
                execute(),
                sync());

        assertThat(answer).isEqualTo("1 2 N(noise) D[1] C(SELECT 1) 1 2 D[keep] C(SELECT 1) ZI");
        assertThat(shelf.told()).containsExactly("abandoned", "recorded");
    }

    @Test
    void byAReportedSetting() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start(connection -> {
                    connection.greet();
                    while (connection.readMessage().tag() == 'Q') {
                        connection.send(
                                BackendBytes.rowDescription("a"),
                                BackendBytes.dataRow("1"),
                                BackendBytes.parameterStatus("TimeZone", "Asia/Tokyo"),
                                BackendBytes.commandComplete("SELECT 1"),
                                BackendBytes.readyForQuery('I'));
                    }
                });
                ProxyServer server = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream("postgresql://127.0.0.1:" + backend.port() + "/d")
                        .drainDeadline(Duration.ofSeconds(1))
                        .hook("shelf", shelf)
                        .build()
                        .start();
                ScriptedClient other = ScriptedClient.connect("127.0.0.1", server.port())) {
            other.login("u", "p", "d");

            assertThat(ask(other, "select 1 as keep"))
                    .startsWith("T[a] D[1] S(")
                    .endsWith("C(SELECT 1) ZI");
        }
        assertThat(shelf.told()).containsExactly("abandoned");
    }
}
