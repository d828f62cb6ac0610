package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.pool.PoolMode;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.PoolView;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for a connection, for how long and what for; how many there are, and who has them. */
@WithPostgres
class QueueTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    private ProxyServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    private void start(TestDatabase database, PoolSettings pool, int eventLoops) throws Exception {
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), pool)
                .eventLoops(eventLoops)
                .drainDeadline(Duration.ofSeconds(1))
                .build()
                .start();
    }

    @Test
    void whoHasWaitedForTooLongIsRefusedAndMayAskAgain(TestDatabase database) throws Exception {
        start(database, PoolSettings.builder().maximum(1).queueTimeout(SHORT).build(), 1);
        try (PooledClient holder = client(database);
                PooledClient other = client(database)) {
            holder.rows("begin");
            WireMessage refusal = other.refused("select 1");
            assertThat(refusal.sqlState()).isEqualTo("53300");
            assertThat(refusal.field('H')).contains("shorten transactions");
            other.wire().send(parse("s", "select 2"), bind("", "s"), execute(), sync(), query("select 3"));
            assertThat(WireMessage.tags(other.wire().readUntilReady())).isEqualTo("EZ");
            holder.rows("commit");
            PooledClient.Answer behind = other.hear();
            assertThat(behind.rows()).isEqualTo(List.of(List.of("3")));
            assertThat(other.value("select 4")).isEqualTo("4");
            assertThat(view().counts().timedOut()).isEqualTo(2);
            assertThat(view().waiting()).isZero();
        }
    }

    @Test
    void oneMoreThanMayWaitIsRefusedAtOnce(TestDatabase database) throws Exception {
        start(database, PoolSettings.builder().maximum(1).queueLimit(1).build(), 1);
        try (PooledClient holder = client(database);
                PooledClient first = client(database);
                PooledClient second = client(database)) {
            holder.rows("begin");
            first.wire().send(query("select 1"));
            Await.until("the first waits", () -> view().waiting() == 1);
            WireMessage refusal = second.refused("select 2");
            assertThat(refusal.sqlState()).isEqualTo("53300");
            assertThat(refusal.field('H')).isNotBlank();
            holder.rows("commit");
            assertThat(first.hear().rows()).isEqualTo(List.of(List.of("1")));
            assertThat(second.value("select 2")).isEqualTo("2");
        }
    }

    @Test
    void whoWaitsIsToldOnce(TestDatabase database) throws Exception {
        start(
                database,
                PoolSettings.builder()
                        .maximum(1)
                        .queueNotice(Duration.ofMillis(50))
                        .queueTimeout(Duration.ofMillis(500))
                        .build(),
                1);
        try (PooledClient holder = client(database);
                PooledClient other = client(database)) {
            holder.rows("begin");
            List<WireMessage> heard = other.ask("select 1").all();
            assertThat(WireMessage.tags(heard)).isEqualTo("NEZ");
            assertThat(heard.get(0).text()).isEqualTo("waiting for a connection to the upstream");
        }
    }

    @Test
    void whoWaitsCanBeCancelled(TestDatabase database) throws Exception {
        start(database, PoolSettings.transaction(1), 1);
        try (PooledClient holder = client(database);
                PooledClient other = client(database)) {
            holder.rows("begin");
            other.wire().send(query("select 1"));
            Await.until("it waits", () -> view().waiting() == 1);
            ScriptedClient.cancel(
                    "127.0.0.1",
                    server.port(),
                    other.wire().processId(),
                    other.wire().secretKey());
            PooledClient.Answer answer = other.hear();
            assertThat(answer.error())
                    .isNotNull()
                    .extracting(WireMessage::sqlState)
                    .isEqualTo("57014");
            assertThat(holder.value("select 2")).isEqualTo("2");
            holder.rows("commit");
            assertThat(other.value("select 3")).isEqualTo("3");
        }
    }

    /** What needs no connection is answered without one. */
    @Test
    void aSyncAloneWaitsForNobody(TestDatabase database) throws Exception {
        start(database, PoolSettings.transaction(1), 1);
        try (PooledClient holder = client(database);
                PooledClient other = client(database)) {
            holder.rows("begin");
            other.wire().send(sync());
            other.wire().expect("Z");
        }
    }

    @Test
    void theyAreServedInTheOrderOfAsking(TestDatabase database) throws Exception {
        database.execute("drop table if exists served; create table served (n serial, who int)");
        start(database, PoolSettings.transaction(1), 1);
        List<PooledClient> clients = new ArrayList<>();
        try (PooledClient holder = client(database)) {
            holder.rows("begin");
            for (int i = 0; i < 8; i++) {
                PooledClient next = client(database);
                clients.add(next);
                int waiting = i + 1;
                next.wire().send(query("insert into served (who) values (" + i + ")"));
                Await.until("it waits", () -> view().waiting() == waiting);
            }
            holder.rows("commit");
            for (PooledClient next : clients) {
                assertThat(next.hear().error()).isNull();
            }
            assertThat(holder.value("select string_agg(who::text, '' order by n) from served"))
                    .isEqualTo("01234567");
        } finally {
            for (PooledClient next : clients) {
                next.close();
            }
        }
    }

    @Test
    void noUserHasMoreThanItsShare(TestDatabase database) throws Exception {
        start(database, PoolSettings.builder().maximum(3).maximumPerUser(1).build(), 1);
        assertAtMostOne(database);
    }

    @Test
    void noDatabaseHasMoreThanItsShare(TestDatabase database) throws Exception {
        start(database, PoolSettings.builder().maximum(3).maximumPerDatabase(1).build(), 1);
        assertAtMostOne(database);
    }

    private void assertAtMostOne(TestDatabase database) throws Exception {
        try (PooledClient holder = client(database);
                PooledClient other = client(database)) {
            holder.rows("begin");
            other.wire().send(query("select 1"));
            Await.until("it waits", () -> view().waiting() == 1);
            assertThat(view().open()).isOne();
            holder.rows("commit");
            assertThat(other.hear().rows()).isEqualTo(List.of(List.of("1")));
        }
    }

    @Test
    void theLeastNumberIsKeptOpen(TestDatabase database) throws Exception {
        start(
                database,
                PoolSettings.builder().maximum(4).minimum(3).idleTimeout(SHORT).build(),
                1);
        try (PooledClient client = client(database);
                PooledClient second = client(database);
                PooledClient third = client(database);
                PooledClient fourth = client(database)) {
            Await.until("it is warm", () -> view().idle() == 3);
            List<PooledClient> all = List.of(client, second, third, fourth);
            for (PooledClient each : all) {
                each.rows("begin");
            }
            assertThat(view().open()).isEqualTo(4);
            for (PooledClient each : all) {
                each.rows("commit");
            }
            Await.until("one is closed again", () -> view().open() == 3);
            assertThat(view().counts().destroyed()).isZero();
        }
    }

    /** A pool looks every second for what nobody has used for too long. */
    @Test
    void oneThatNobodyHasUsedYetIsNotUnusedForLong(TestDatabase database) throws Exception {
        start(
                database,
                PoolSettings.builder()
                        .maximum(2)
                        .idleTimeout(Duration.ofMinutes(1))
                        .build(),
                1);
        try (PooledClient client = client(database)) {
            Await.until("it was opened for the login", () -> view().idle() == 1);
            long opened = System.nanoTime();
            while (System.nanoTime() - opened < Duration.ofMillis(1_200).toNanos()) {
                assertThat(view().counts().closed()).isZero();
                Thread.sleep(20);
            }
            assertThat(client.value("select 1")).isEqualTo("1");
            assertThat(view().counts().opened()).isOne();
        }
    }

    @Test
    void noneIsUsedForLongerThanItsLifetime(TestDatabase database) throws Exception {
        start(database, PoolSettings.builder().maximum(1).lifetime(SHORT).build(), 1);
        try (PooledClient client = client(database)) {
            String pid = client.pid();
            client.rows("begin");
            long opened = System.nanoTime();
            Await.until("it is old", () -> System.nanoTime() - opened > SHORT.toNanos());
            assertThat(client.pid()).as("in a transaction it lives on").isEqualTo(pid);
            client.rows("commit");
            assertThat(client.pid()).isNotEqualTo(pid);
        }
    }

    @Test
    void pauseWaitsForTransactionsAndResumeServesWhoWaited(TestDatabase database) throws Exception {
        start(database, PoolSettings.transaction(2), 1);
        try (PooledClient busy = client(database);
                PooledClient other = client(database)) {
            busy.rows("begin");
            other.rows("select 1");
            assertThat(server.pool("main").pause(Duration.ofMillis(100)))
                    .as("one is in a transaction")
                    .isFalse();
            assertThat(view().paused()).isTrue();
            other.wire().send(query("select 2"));
            Await.until("it waits", () -> view().waiting() == 1);
            busy.rows("commit");
            assertThat(server.pool("main").pause(Duration.ofSeconds(5))).isTrue();
            assertThat(view().open()).isZero();
            server.pool("main").resume();
            assertThat(other.hear().rows()).isEqualTo(List.of(List.of("2")));
            assertThat(busy.value("select 3")).isEqualTo("3");
        }
    }

    @Test
    void drainBringsOtherDefaults(TestDatabase database) throws Exception {
        start(database, PoolSettings.transaction(2), 1);
        String alter = "alter database \"" + database.name() + "\" ";
        try (PooledClient busy = client(database);
                PooledClient other = client(database)) {
            busy.rows("begin");
            other.rows("select 1");
            String before = other.value("show work_mem");
            database.execute(alter + "set work_mem = '1234kB'");
            server.pool("main").drain();
            Await.until("what is idle is closed", () -> view().open() == 1);
            assertThat(other.value("show work_mem")).isEqualTo("1234kB");
            assertThat(busy.value("show work_mem")).isEqualTo(before);
            busy.rows("commit");
            assertThat(busy.value("show work_mem")).isEqualTo("1234kB");
        } finally {
            database.execute(alter + "reset work_mem");
        }
    }

    @Test
    void inStatementModeThereAreNoBlocks(TestDatabase database) throws Exception {
        database.execute("drop table if exists served; create table served (n int)");
        start(
                database,
                PoolSettings.builder().mode(PoolMode.STATEMENT).maximum(1).build(),
                1);
        try (PooledClient client = client(database)) {
            WireMessage refusal = client.refused("begin");
            assertThat(refusal.sqlState()).isEqualTo("0A000");
            assertThat(refusal.field('H')).contains("transaction pooling");
            client.rows("begin; insert into served values (1); commit");
            client.refused("insert into served values (2); select 1/0");
            client.rows("set work_mem = '1234kB'");
            assertThat(client.value("select string_agg(n::text, '') from served"))
                    .isEqualTo("1");
            assertThat(client.value("show work_mem")).isEqualTo("1234kB");
            client.wire().send(query("begin; insert into served values (3)"));
            List<WireMessage> last = client.wire().readUntilReady();
            while (last.get(last.size() - 1).tag() == 'Z') {
                last = client.wire().readUntilReady();
            }
            assertThat(last.get(last.size() - 2).sqlState()).isEqualTo("0A000");
        }
        try (PooledClient next = client(database)) {
            assertThat(next.value("select string_agg(n::text, '') from served")).isEqualTo("1");
        }
    }

    @Test
    void inSessionModeAllIsOnesOwnToTheEnd(TestDatabase database) throws Exception {
        start(database, PoolSettings.session(1), 1);
        String pid;
        try (PooledClient client = client(database)) {
            pid = client.pid();
            client.rows("set work_mem = '1234kB'; listen a; create temp table t (a int); prepare p as select 1");
            client.rows("select pg_advisory_lock(7); declare c cursor with hold for select 1");
            client.rows("begin; insert into t values (1)");
            client.rows("commit");
            assertThat(client.value("show work_mem")).isEqualTo("1234kB");
            assertThat(client.value("select count(*) from t")).isEqualTo("1");
            assertThat(client.value("execute p")).isEqualTo("1");
            client.leave();
        }
        try (PooledClient next = client(database)) {
            assertThat(next.pid()).isEqualTo(pid);
            assertThat(next.value("show work_mem")).isNotEqualTo("1234kB");
            assertThat(next.shown("select (select count(*) from pg_listening_channels()),"
                            + " (select count(*) from pg_prepared_statements),"
                            + " (select count(*) from pg_cursors),"
                            + " (select count(*) from pg_locks where locktype = 'advisory'),"
                            + " to_regclass('pg_temp.t')"))
                    .isEqualTo("[[0, 0, 0, 0, null]]");
        }
    }

    @Test
    void twoConnectionsForManyLoopsStarveNobody(TestDatabase database) throws Exception {
        start(database, PoolSettings.transaction(2), 4);
        assertAllAreServed(database, List.of(Map.of()), 12, 30);
    }

    @Test
    void clientsOfTwoKindsShareOneConnectionInTurn(TestDatabase database) throws Exception {
        start(database, PoolSettings.transaction(1), 1);
        assertAllAreServed(database, List.of(Map.of(), Map.of("options", "-c work_mem=1234kB")), 4, 3);
    }

    /** All of them ask without a pause: everybody gets all answers, in bounded time. */
    private void assertAllAreServed(TestDatabase database, List<Map<String, String>> kinds, int clients, int times)
            throws Exception {
        AtomicInteger served = new AtomicInteger();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Map<String, String> kind = kinds.get(i % kinds.size());
            CompletableFuture<Void> done = new CompletableFuture<>();
            all.add(done);
            Thread thread = new Thread(() -> {
                try (PooledClient client = PooledClient.at(server.port(), database, kind)) {
                    for (int n = 0; n < times; n++) {
                        String memory = client.value("show work_mem");
                        assertThat(memory.equals("1234kB")).isEqualTo(!kind.isEmpty());
                        served.incrementAndGet();
                    }
                    done.complete(null);
                } catch (Exception | AssertionError failure) {
                    done.completeExceptionally(failure);
                }
            });
            thread.start();
        }
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).get(20, TimeUnit.SECONDS);
        assertThat(served).hasValue(clients * times);
        assertThat(view().open()).isLessThanOrEqualTo(view().maximum());
    }

    private PooledClient client(TestDatabase database) throws Exception {
        return PooledClient.at(server.port(), database);
    }

    private PoolView view() {
        return server.pools().get(0);
    }
}
