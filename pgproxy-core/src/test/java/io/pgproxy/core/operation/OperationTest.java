package io.pgproxy.core.operation;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.SessionView;
import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a host sees of its server, and does to it, while clients work. */
@WithPostgres
class OperationTest {
    private final TestDatabase database;

    OperationTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void sessionsAreSeenWithWhatTheyDo() throws Exception {
        try (Relay relay = Relay.to(database);
                ScriptedClient idle = relay.login(database);
                ScriptedClient inBlock = relay.login(database);
                ScriptedClient failed = relay.login(database);
                ScriptedClient busy = relay.login(database);
                ScriptedClient silent = relay.connect()) {
            ask(idle, "select 1");
            ask(inBlock, "begin");
            ask(failed, "begin; select 1/0");
            busy.send(query("select pg_sleep(60)"));
            Await.until(
                    "it runs",
                    () -> relay.server().sessions().stream()
                            .anyMatch(view -> view.state() == SessionView.State.ACTIVE));

            List<SessionView> views = relay.server().sessions();
            assertThat(views.stream().map(SessionView::state))
                    .containsExactlyInAnyOrder(
                            SessionView.State.IDLE,
                            SessionView.State.IDLE_IN_TRANSACTION,
                            SessionView.State.IDLE_IN_FAILED_TRANSACTION,
                            SessionView.State.ACTIVE,
                            SessionView.State.LOGIN);
            SessionView first = views.get(0);
            assertThat(first.user()).isEqualTo(database.user());
            assertThat(first.database()).isEqualTo(database.name());
            assertThat(first.upstreamPid()).isEqualTo(idle.processId());
            assertThat(first.exchanges()).isEqualTo(1);
            assertThat(first.client().toString()).contains("127.0.0.1");
            assertThat(first.toString()).doesNotContain("select");
        }
    }

    @Test
    void aSessionIsKilledAndNoOther() throws Exception {
        try (Relay relay = Relay.to(database);
                ScriptedClient victim = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            victim.send(query("select pg_sleep(60)"));
            long id = relay.server().sessions().get(0).id();
            assertThat(relay.server().kill(id)).isTrue();
            WireMessage last = victim.readMessage();
            assertThat(last.sqlState()).isEqualTo("57P01");
            assertThat(last.severity()).isEqualTo("FATAL");
            Await.until("it is gone", () -> relay.server().sessions().size() == 1);
            Await.until(
                    "its query is, too",
                    () -> database.query("select 1 from pg_stat_activity where pid = " + victim.processId())
                            .isEmpty());
            assertThat(relay.server().kill(id)).isFalse();
            assertThat(ask(other, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        }
    }

    @Test
    void itIsReadyUntilItDrains() throws Exception {
        Relay relay = Relay.to(database);
        try (relay;
                ScriptedClient idle = relay.login(database);
                ScriptedClient client = relay.login(database)) {
            assertThat(relay.server().isReady()).isTrue();
            assertThat(relay.server().isLive()).isTrue();
            ask(client, "begin");
            ExecutorService threads = Executors.newSingleThreadExecutor();
            try {
                Future<Boolean> drained = threads.submit(() -> relay.server().drain(Duration.ofSeconds(20)));
                Await.until("it drains", () -> !relay.server().isReady());
                assertThat(relay.server().isLive()).isTrue();
                assertThat(idle.readMessage().sqlState()).isEqualTo("57P01"); // sessions have been told
                assertThat(ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZT");
                client.send(query("commit"), query("begin"), query("select 1"));
                List<WireMessage> last = new ArrayList<>();
                do {
                    last.add(client.readMessage());
                } while (!last.get(last.size() - 1).equals(WireMessage.END));
                assertThat(WireMessage.tags(last)).isEqualTo("CZE!");
                assertThat(last.get(2).sqlState()).isEqualTo("57P01");
                assertThat(drained.get(20, TimeUnit.SECONDS)).isTrue();
            } finally {
                threads.shutdownNow();
            }
        }
        assertThat(relay.server().isReady()).isFalse();
        assertThat(relay.server().isLive()).isFalse();
    }

    /** Each transaction writes two rows: whoever finds one has found a transaction that was cut. */
    @Test
    void aDrainUnderLoadCutsNoTransaction() throws Exception {
        database.execute("drop table if exists pairs; create table pairs (client int, n int)");
        ExecutorService threads = Executors.newCachedThreadPool();
        AtomicInteger committed = new AtomicInteger();
        try (Relay relay = Relay.to(database)) {
            List<Future<String>> clients = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                int number = i;
                ScriptedClient client = relay.login(database); // a drain refuses whoever comes later
                clients.add(threads.submit(() -> work(client, number, committed)));
            }
            Await.until("they work", () -> committed.get() > 100);
            assertThat(relay.server().drain(Duration.ofSeconds(20))).isTrue();
            for (Future<String> client : clients) {
                assertThat(client.get(20, TimeUnit.SECONDS)).isEqualTo("57P01 between transactions");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(database.query("select count(*), count(*) filter (where n % 2 = 0) * 2 from pairs"))
                .containsExactly(List.of(String.valueOf(2 * committed.get()), String.valueOf(2 * committed.get())));
    }

    private static String work(ScriptedClient client, int number, AtomicInteger committed) throws IOException {
        try (client) {
            for (int n = 0; ; n += 2) {
                if (!begins(client)) {
                    return "57P01 between transactions";
                }
                String first = ask(client, "insert into pairs values (" + number + ", " + n + ")");
                String second = ask(client, "insert into pairs values (" + number + ", " + (n + 1) + ")");
                String end = ask(client, "commit");
                if (!(first + second + end).startsWith("C(INSERT 0 1) ZTC(INSERT 0 1) ZTC(COMMIT) ZI")) {
                    return first + second + end;
                }
                committed.incrementAndGet();
            }
        }
    }

    /** False if the proxy has taken its leave: its last word may have come before the client's, and its end, too. */
    private static boolean begins(ScriptedClient client) throws IOException {
        try {
            String said = ask(client, "begin");
            assertThat(said).matches("C\\(BEGIN\\) ZT|E\\(57P01\\).*|!");
            return said.endsWith("ZT");
        } catch (SocketException gone) {
            return false;
        }
    }
}
