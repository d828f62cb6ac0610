package io.pgproxy.core.faults;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.leak.LeakCheck;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.net.ConnectException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that is closed drains: nobody loses a transaction that ends in time, and nothing is left. */
@WithPostgres
class ServerCloseTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);

    private TestDatabase database;

    @BeforeEach
    void table(TestDatabase given) throws Exception {
        database = given;
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
    }

    @Test
    void theIdleAreToldAtOnceAndNobodyNewIsLetIn() throws Exception {
        Relay relay = draining(LONG);
        int port = relay.port();
        try (ScriptedClient idle = relay.login(database);
                ScriptedClient silent = relay.connect()) {
            Await.until("both are connected", () -> relay.server().sessionCount() == 2);
            CompletableFuture<Void> closed = closing(relay);
            assertThat(idle.expect("E!").get(0).sqlState()).isEqualTo("57P01");
            silent.expect("!");
            closed.get(10, TimeUnit.SECONDS);
            assertThatThrownBy(() -> ScriptedClient.connect("127.0.0.1", port)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void aSyncThatTheServerIgnoredWithinCopyIsNotWaitedFor() throws Exception {
        Relay relay = draining(LONG);
        try (ScriptedClient client = relay.login(database)) {
            client.send(query("COPY t FROM STDIN"));
            client.expect("G");
            client.send(copyData("1\n"), sync(), copyData("2\n"), copyDone());
            client.expect("CZ");
            CompletableFuture<Void> closed = closing(relay);
            assertThat(client.expect("E!").get(0).sqlState()).isEqualTo("57P01");
            closed.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void theBusyFinishTheirTransactionFirst() throws Exception {
        Relay relay = draining(LONG);
        try (Connection keeper = holdingTheLock();
                ScriptedClient inBlock = relay.login(database);
                ScriptedClient inQuery = relay.login(database);
                ScriptedClient inBatch = relay.login(database);
                ScriptedClient inCopy = relay.login(database);
                ScriptedClient idle = relay.login(database)) {
            inBlock.send(query("BEGIN; INSERT INTO t VALUES (1)"));
            inBlock.expect("CCZ");
            inQuery.send(query("SELECT pg_advisory_xact_lock(1)"));
            inBatch.send(parse("", "INSERT INTO t VALUES (2)"), bind("", ""), execute(), flush());
            inBatch.expectNext("12C");
            inCopy.send(query("COPY t FROM STDIN"));
            inCopy.expect("G");
            awaitWait(inQuery, "advisory");

            CompletableFuture<Void> closed = closing(relay);
            idle.expect("E!");
            keeper.close();
            inQuery.expect("TDCZ");
            assertEnded(inQuery);
            inBlock.send(query("INSERT INTO t VALUES (3)"));
            inBlock.expect("CZ");
            inBatch.send(sync());
            inBatch.expect("Z");
            assertEnded(inBatch);
            inCopy.send(copyData("4\n"), copyDone());
            inCopy.expect("CZ");
            assertEnded(inCopy);
            assertThat(closed).isNotDone();
            inBlock.send(query("COMMIT"));
            inBlock.expect("CZ");
            assertEnded(inBlock);
            closed.get(10, TimeUnit.SECONDS);
        }
        assertThat(database.query("SELECT count(*) FROM t").get(0)).containsExactly("4");
    }

    @Test
    void atTheDeadlineWhatRunsIsCancelled() throws Exception {
        Relay relay = draining(SHORT);
        try (ScriptedClient inQuery = relay.login(database);
                ScriptedClient inBlock = relay.login(database);
                ScriptedClient stalled = ScriptedClient.connect("127.0.0.1", relay.port(), 1 << 16)) {
            stalled.login(database.user(), database.password(), database.name());
            stalled.send(query("SELECT repeat('x', 2000), generate_series(1, 1000000)"));
            stalled.expectNext("TD");
            inQuery.send(query("SELECT pg_sleep(60)"));
            inBlock.send(query("BEGIN; INSERT INTO t VALUES (1)"));
            inBlock.expect("CCZ");
            awaitWait(inQuery, "PgSleep");

            CompletableFuture<Void> closed = closing(relay);
            List<WireMessage> last = inQuery.readUntilReady();
            assertThat(WireMessage.tags(last)).matches("T?E!");
            assertThat(last.get(last.size() - 2).sqlState()).isEqualTo("57P01");
            assertEnded(inBlock);
            closed.get(10, TimeUnit.SECONDS);
            stalled.awaitEnd();
            Await.until(
                    "nothing runs upstream",
                    () -> database.query("SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()")
                            .isEmpty());
        }
        assertThat(database.query("SELECT * FROM t")).isEmpty();
    }

    @Test
    void nothingIsLeftOfItAndItsPortIsFree() throws Exception {
        LeakCheck check = LeakCheck.begin();
        Relay relay = draining(SHORT);
        int port = relay.port();
        for (int i = 0; i < 5; i++) {
            try (ScriptedClient client = relay.login(database)) {
                client.send(query("SELECT repeat('x', 100000)"));
                client.expect("TDCZ");
            }
        }
        relay.close();
        relay.close();
        check.assertNothingLeft();
        try (ProxyServer again = ProxyServer.builder()
                .listen("127.0.0.1", port)
                .upstream(upstream())
                .build()
                .start()) {
            assertThat(again.port()).isEqualTo(port);
        }
    }

    @Test
    void severalServersLiveInOneProcessAndShareNothing() throws Exception {
        try (Relay first = Relay.to(database);
                Relay second = Relay.to(database);
                Connection keeper = holdingTheLock();
                ScriptedClient ofFirst = first.login(database);
                ScriptedClient ofSecond = second.login(database)) {
            assertThat(first.port()).isNotEqualTo(second.port()).isNotZero();

            ofSecond.send(query("SELECT pg_advisory_xact_lock(1)"));
            awaitWait(ofSecond, "advisory");
            ScriptedClient.cancel("127.0.0.1", first.port(), ofSecond.processId(), ofSecond.secretKey());
            keeper.close();
            ofSecond.expect("TDCZ"); // a key of the second is none of the first

            first.server().close();
            assertEnded(ofFirst);
            ofSecond.send(query("SELECT 1"));
            ofSecond.expect("TDCZ");
        }
    }

    @Test
    void aServerMayListenInSeveralPlaces() throws Exception {
        try (ProxyServer server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .listen("127.0.0.2", 0)
                .upstream(upstream())
                .build()
                .start()) {
            assertThat(server.addresses()).hasSize(2);
            for (var address : server.addresses()) {
                try (ScriptedClient client =
                        ScriptedClient.connect(address.getAddress().getHostAddress(), address.getPort())) {
                    client.login(database.user(), database.password(), database.name());
                }
            }
            assertThatThrownBy(() -> ProxyServer.builder()
                            .listen("127.0.0.1", server.port())
                            .upstream(upstream())
                            .build()
                            .start())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(String.valueOf(server.port()));
        }
    }

    private Relay draining(Duration deadline) throws IOException {
        return new Relay(ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(upstream())
                .drainDeadline(deadline)
                .build()
                .start());
    }

    private String upstream() {
        return "postgresql://" + database.host() + ":" + database.port();
    }

    private static CompletableFuture<Void> closing(Relay relay) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread closer = new Thread(() -> {
            relay.close();
            closed.complete(null);
        });
        closer.start();
        return closed;
    }

    private static void assertEnded(ScriptedClient client) throws IOException {
        assertThat(client.expect("E!").get(0).sqlState()).isEqualTo("57P01");
    }

    /** Whoever asks for the lock waits until this connection is closed. */
    private Connection holdingTheLock() throws SQLException {
        Connection keeper = database.connect();
        try (Statement statement = keeper.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(1)");
        }
        return keeper;
    }

    private void awaitWait(ScriptedClient client, String event) throws Exception {
        Await.until(
                "the query waits",
                () -> !database.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = '" + event + "' AND pid = "
                                + client.processId())
                        .isEmpty());
    }
}
