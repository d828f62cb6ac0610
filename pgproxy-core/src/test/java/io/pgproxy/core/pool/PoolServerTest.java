package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.PoolView;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pools whose server ends connections, is restarted, or takes no logins: clients see as little of it as can be. */
@WithPostgres(own = true)
class PoolServerTest {
    private ProxyServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    private void start(TestDatabase database, PoolSettings pool) throws Exception {
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), pool)
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .build()
                .start();
    }

    @Test
    void whatTheServerEndsWhileIdleIsNoticedByNobody(TestDatabase database) throws Exception {
        start(database, PoolSettings.transaction(3));
        try (PooledClient one = client(database);
                PooledClient two = client(database)) {
            for (int i = 0; i < 5; i++) {
                one.rows("begin");
                String gone = two.pid() + "," + one.pid();
                one.rows("commit");
                long closed = view().counts().closed();
                database.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid in (" + gone + ")");
                Await.until("both are gone", () -> view().counts().closed() == closed + 2);
                assertThat(one.value("select 1") + two.value("select 2")).isEqualTo("12");
                assertThat(gone).doesNotContain(one.pid()).doesNotContain(two.pid());
            }
        }
    }

    /** As idle_session_timeout does, whose message comes a while before anybody needs the connection. */
    @Test
    void idleSessionTimeoutIsNoticedByNobody(TestDatabase database) throws Exception {
        database.execute("alter database \"" + database.name() + "\" set idle_session_timeout = '150ms'");
        try {
            start(database, PoolSettings.transaction(2));
            try (PooledClient client = client(database)) {
                for (int i = 0; i < 4; i++) {
                    assertThat(client.value("select " + i)).isEqualTo(String.valueOf(i));
                    Await.until("the server has ended it", () -> view().open() == 0);
                }
            }
            assertThat(view().counts().opened()).isEqualTo(4);
        } finally {
            database.execute("alter database \"" + database.name() + "\" reset idle_session_timeout");
        }
    }

    /** A client that is in the midst of something hears why it ends, and others nothing. */
    @Test
    void whatTheServerEndsInATransactionEndsItsClient(TestDatabase database) throws Exception {
        start(database, PoolSettings.transaction(2));
        try (PooledClient busy = client(database);
                PooledClient other = client(database)) {
            busy.rows("begin");
            database.execute("select pg_terminate_backend(" + busy.pid() + ")");
            List<WireMessage> last = busy.wire().readUntilReady();
            assertThat(WireMessage.tags(last)).endsWith("E!");
            assertThat(last.get(last.size() - 2).sqlState()).isEqualTo("57P01");
            assertThat(other.value("select 1")).isEqualTo("1");
        }
    }

    @Test
    void aRestartIsNoticedByNobodyWhoIsAtRest(TestDatabase database, LocalPostgres postgres) throws Exception {
        start(database, PoolSettings.transaction(3));
        List<PooledClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                PooledClient client = client(database);
                client.rows("set application_name = 'restart" + i + "'");
                clients.add(client);
            }
            Await.until("all is given back", () -> view().idle() == view().open());
            postgres.stop();
            Await.until("its connections end", () -> view().open() == 0);
            PooledClient early = clients.get(0);
            early.wire().send(query("select 1")); // waits
            Await.until("it waits", () -> view().waiting() == 1);
            postgres.restart();
            awaitServer(database);
            assertThat(early.hear().rows()).isEqualTo(List.of(List.of("1")));
            for (int i = 0; i < clients.size(); i++) {
                assertThat(clients.get(i).value("show application_name")).isEqualTo("restart" + i);
            }
            Await.until("it is at rest", () -> view().waiting() == 0 && view().idle() == view().open());
        } finally {
            for (PooledClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aServerThatIsAwayIsToldAfterTheConnectTimeout(TestDatabase database, LocalPostgres postgres) throws Exception {
        start(
                database,
                PoolSettings.builder()
                        .connectTimeout(Duration.ofMillis(300))
                        .loginRetry(Duration.ofMillis(100))
                        .build());
        try (PooledClient client = client(database)) {
            client.rows("select 1");
            postgres.stop();
            try {
                Await.until("its connections end", () -> view().open() == 0);
                WireMessage refusal = client.refused("select 1");
                assertThat(refusal.sqlState()).isEqualTo("08001");
                assertThat(refusal.text()).contains("the upstream cannot be reached");
            } finally {
                postgres.restart();
            }
            awaitServer(database);
            Await.until("it works again", () -> client.ask("select 1").error() == null);
        }
    }

    @Test
    void whoAsksForTheWrongIsToldSoAndNobodyElseIs(TestDatabase database) throws Exception {
        start(database, PoolSettings.transaction(2));
        try (PooledClient good = client(database)) {
            for (int i = 0; i < 3; i++) {
                WireMessage refusal = refusedLogin(database, Map.of("database", "nowhere"));
                assertThat(refusal.sqlState()).isEqualTo("3D000");
                assertThat(good.value("select 1")).isEqualTo("1");
                WireMessage other = refusedLogin(database, Map.of("options", "-c work_mem=none"));
                assertThat(other.sqlState()).isEqualTo("22023");
                assertThat(good.value("select 1")).isEqualTo("1");
            }
            assertThat(view().counts().failed()).isEqualTo(6);
        }
    }

    private WireMessage refusedLogin(TestDatabase database, Map<String, String> more) throws Exception {
        Map<String, String> startup = new HashMap<>(Map.of("user", database.user()));
        startup.put("database", database.name());
        startup.putAll(more);
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", server.port())) {
            List<WireMessage> answer = client.tryLogin(FrontendBytes.PROTOCOL_3_0, startup, database.password());
            assertThat(WireMessage.tags(answer)).endsWith("E!");
            return answer.get(answer.size() - 2);
        }
    }

    /** While the server takes nobody in, logins are tried less and less often. */
    @Test
    void failedLoginsAreTriedLessAndLess(TestDatabase database, LocalPostgres postgres) throws Exception {
        start(
                database,
                PoolSettings.builder().loginRetry(Duration.ofSeconds(20)).build());
        try (PooledClient client = client(database)) {
            client.rows("select 1");
            postgres.stop();
            try {
                Await.until("its connections end", () -> view().open() == 0);
                client.wire().send(query("select 1"));
                Await.until("it has been tried", () -> view().counts().failed() >= 2);
                long began = System.nanoTime();
                long before = view().counts().failed();
                Await.until("again, twice", () -> view().counts().failed() >= before + 2);
                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .as("pauses of 400 and 800 ms, up to a half less")
                        .isGreaterThan(Duration.ofMillis(400));
            } finally {
                postgres.restart();
            }
            assertThat(client.wire().timeout(Duration.ofSeconds(10)).readUntilReady())
                    .extracting(WireMessage::tag)
                    .contains('D');
        }
    }

    private PooledClient client(TestDatabase database) throws Exception {
        return PooledClient.at(server.port(), database);
    }

    private PoolView view() {
        return server.pools().get(0);
    }

    private static void awaitServer(TestDatabase database) throws Exception {
        Await.until("the server has recovered", () -> {
            try {
                return !database.query("select 1").isEmpty();
            } catch (SQLException recovering) {
                return false;
            }
        });
    }
}
