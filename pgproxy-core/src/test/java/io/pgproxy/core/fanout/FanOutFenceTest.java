package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.fanout.FanOut;
import io.pgproxy.fanout.WriterListener;
import io.pgproxy.fanout.WriterLoss;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writers that are taken out when they are lost, and brought back. */
@WithPostgres
class FanOutFenceTest {
    private static final String COUNT = "SELECT count(*) FROM t";

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private TestDatabase one;
    private TestDatabase two;
    private @Nullable LocalPostgres stopped;

    @BeforeEach
    void start(LocalPostgres server, @WithPostgres(name = "other") LocalPostgres other) throws Exception {
        one = server.createDatabase("fence");
        two = other.createDatabase("fence");
        one.execute("CREATE TABLE t (id int)");
        // The test's servers have no durability, but what this says is there after an immediate shutdown.
        two.execute("SET synchronous_commit = on; CREATE TABLE t (id int)");
    }

    @AfterEach
    void stop() throws Exception {
        if (stopped != null) {
            stopped.restart();
        }
        one.drop();
        two.drop();
    }

    private void stopOther() throws Exception {
        stopped = two.server();
        stopped.stopImmediately();
    }

    private void restartOther() throws Exception {
        stopped.restart();
        stopped = null;
    }

    private FanOut.Builder fencing() {
        return FanOut.builder().onLoss(WriterLoss.FENCE).listener(new WriterListener() {
            @Override
            public void fenced(String writer, String why) {
                events.add("-" + writer);
            }

            @Override
            public void unfenced(String writer) {
                events.add("+" + writer);
            }
        });
    }

    private static List<WireMessage> ask(ScriptedClient client, String sql) throws Exception {
        client.send(query(sql));
        return client.readUntilReady();
    }

    private static String tags(ScriptedClient client, String sql) throws Exception {
        return WireMessage.tags(ask(client, sql));
    }

    private static void holds(TestDatabase database, int rows) throws Exception {
        assertThat(database.query(COUNT)).isEqualTo(List.of(List.of(String.valueOf(rows))));
    }

    /** A server that stops at once sends a WARNING before that. */
    private static WireMessage lastWord(ScriptedClient client) throws Exception {
        List<WireMessage> all = client.readUntilReady();
        return all.get(all.size() - 2);
    }

    private String event() throws Exception {
        return String.valueOf(events.poll(10, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theOthersGoOnUntilItIsBroughtBack(boolean first) throws Exception {
        FanOut.Builder all = fencing();
        FanOut fanOut = (first
                        ? all.writer("b", OneDatabase.of(two)).writer("a", OneDatabase.of(one))
                        : all.writer("a", OneDatabase.of(one)).writer("b", OneDatabase.of(two)))
                .build();
        try (ProxyServer proxy = FanOutProxy.start(fanOut);
                ScriptedClient client = FanOutProxy.login(proxy);
                ScriptedClient busy = FanOutProxy.login(proxy)) {
            assertThat(tags(client, "INSERT INTO t VALUES (1)")).isEqualTo("CZ");
            assertThat(tags(busy, "BEGIN")).isEqualTo("CZ");
            assertThat(tags(busy, "INSERT INTO t VALUES (2)")).isEqualTo("CZ");
            stopOther();
            assertThat(event()).isEqualTo("-b");
            assertThat(fanOut.fenced()).containsExactly("b");
            assertThat(lastWord(busy).severity()).isEqualTo("FATAL");
            assertThat(tags(client, "INSERT INTO t VALUES (3)")).matches("N?CZ");
            assertThat(tags(client, COUNT)).isEqualTo("TDCZ");
            assertThat(tags(client, "BEGIN")).isEqualTo("CZ");
            assertThat(tags(client, "INSERT INTO t VALUES (4)")).isEqualTo("CZ");
            assertThat(tags(client, "COMMIT")).isEqualTo("CZ");
            try (ScriptedClient later = FanOutProxy.login(proxy)) {
                assertThat(tags(later, "INSERT INTO t VALUES (5)")).isEqualTo("CZ");
            }
            holds(one, 4);
            restartOther();
            List<List<@Nullable String>> before = two.query(COUNT);
            assertThat(tags(client, "INSERT INTO t VALUES (6)")).isEqualTo("CZ");
            assertThat(two.query(COUNT)).isEqualTo(before);
            two.execute("DELETE FROM t; INSERT INTO t VALUES (1), (3), (4), (5), (6)"); // somebody repairs it

            assertThat(fanOut.unfence("b")).isTrue();
            assertThat(fanOut.unfence("b")).isFalse();

            assertThat(event()).isEqualTo("+b");
            assertThat(fanOut.fenced()).isEmpty();
            assertThat(ask(client, "INSERT INTO t VALUES (7)").get(0).sqlState())
                    .isEqualTo("57P01");
            try (ScriptedClient next = FanOutProxy.login(proxy)) {
                assertThat(tags(next, "INSERT INTO t VALUES (8)")).isEqualTo("CZ");
            }
            holds(one, 6);
            assertThat(two.query("SELECT sum(id) FROM t")).isEqualTo(one.query("SELECT sum(id) FROM t"));
            assertThat(events).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneThatCannotBeReachedIsTakenOut(boolean first) throws Exception {
        stopOther();
        FanOut.Builder all = fencing();
        FanOut fanOut = (first
                        ? all.writer("b", OneDatabase.of(two)).writer("a", OneDatabase.of(one))
                        : all.writer("a", OneDatabase.of(one)).writer("b", OneDatabase.of(two)))
                .build();
        try (ProxyServer proxy = FanOutProxy.start(fanOut);
                ScriptedClient client = FanOutProxy.login(proxy)) {
            assertThat(event()).isEqualTo("-b");
            assertThat(tags(client, "INSERT INTO t VALUES (1)")).isEqualTo("CZ");
            assertThat(tags(client, COUNT)).isEqualTo("TDCZ");
        }
        holds(one, 1);
    }

    @Test
    void theLastIsNeverTakenOut() throws Exception {
        FanOut fanOut = fencing()
                .writer("a", OneDatabase.of(one))
                .writer("b", OneDatabase.of(two))
                .fenced("a")
                .build();
        try (ProxyServer proxy = FanOutProxy.start(fanOut);
                ScriptedClient client = FanOutProxy.login(proxy)) {
            assertThat(tags(client, "INSERT INTO t VALUES (1)")).isEqualTo("CZ");
            holds(one, 0);
            stopOther();
            assertThat(lastWord(client).severity()).isEqualTo("FATAL");
            assertThat(fanOut.fenced()).containsExactly("a");
            try (ScriptedClient next = ScriptedClient.connect("127.0.0.1", proxy.port())) {
                List<WireMessage> refused = next.tryLogin(3 << 16, Map.of("user", "anybody", "database", "any"), "");
                assertThat(refused.get(0).sqlState()).isEqualTo("08001");
            }
            assertThat(events).isEmpty();
        }
    }

    /** Only one session has lost it; the others still have it, and leave it. */
    @Test
    void sessionsThatStillHaveItLeaveIt() throws Exception {
        FanOut fanOut = fencing()
                .writer("a", OneDatabase.of(one))
                .writer("b", OneDatabase.of(two))
                .build();
        try (ProxyServer proxy = FanOutProxy.start(fanOut);
                ScriptedClient idle = FanOutProxy.login(proxy);
                ScriptedClient busy = FanOutProxy.login(proxy);
                ScriptedClient client = FanOutProxy.login(proxy)) {
            assertThat(tags(busy, "BEGIN")).isEqualTo("CZ");
            assertThat(tags(busy, "INSERT INTO t VALUES (1)")).isEqualTo("CZ");
            assertThat(tags(client, "SET application_name = 'lost'")).contains("CZ");
            two.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lost'");
            assertThat(event()).isEqualTo("-b");
            assertThat(tags(client, "INSERT INTO t VALUES (2)")).isEqualTo("CZ");
            assertThat(tags(idle, "INSERT INTO t VALUES (3)")).isEqualTo("CZ");
            assertThat(ask(busy, "INSERT INTO t VALUES (4)").get(0).field('M')).contains("writer b");
        }
        holds(one, 2);
        holds(two, 0);
    }

    /** What ends one session alone is no loss of the server. */
    @Test
    void aTimeOutOfItsSessionTakesNobodyOut() throws Exception {
        FanOut fanOut = fencing()
                .writer("a", OneDatabase.of(one))
                .writer("b", OneDatabase.of(two))
                .build();
        two.execute("ALTER DATABASE fence SET idle_in_transaction_session_timeout = '50ms'");
        try (ProxyServer proxy = FanOutProxy.start(fanOut);
                ScriptedClient client = FanOutProxy.login(proxy)) {
            assertThat(tags(client, "BEGIN")).isEqualTo("CZ");
            assertThat(client.readUntilReady().get(0).sqlState()).isEqualTo("25P03");
            assertThat(fanOut.fenced()).isEmpty();
        }
    }

    @Test
    void oneThatIsLostWithCommitIsTakenOutAndTold() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start(FanOutProxy.vanishesAtCommit())) {
            FanOut fanOut = fencing()
                    .writer("a", OneDatabase.of(one))
                    .writer("b", RemotePostgres.of("postgresql://any@127.0.0.1:" + backend.port() + "/any"))
                    .build();
            try (ProxyServer proxy = FanOutProxy.start(fanOut);
                    ScriptedClient client = FanOutProxy.login(proxy)) {
                assertThat(tags(client, "BEGIN")).isEqualTo("CZ");
                WireMessage told = ask(client, "COMMIT").get(0);
                assertThat(told.sqlState()).isEqualTo("40003");
                assertThat(told.field('D')).contains("a: COMMIT", "b: 08006");
                assertThat(event()).isEqualTo("-b");
                try (ScriptedClient next = FanOutProxy.login(proxy)) {
                    assertThat(tags(next, "INSERT INTO t VALUES (1)")).isEqualTo("CZ");
                }
            }
        }
        holds(one, 1);
    }

    @Test
    void whatIsNoWriterIsNotFenced() {
        FanOut.Builder all = fencing().writer("a", OneDatabase.of(one));
        assertThatThrownBy(() -> all.build().unfence("c")).isInstanceOf(IllegalArgumentException.class);
        all.fenced("a");
        assertThatThrownBy(all::build).isInstanceOf(IllegalStateException.class);
        all.writer("b", OneDatabase.of(two)).fenced("c");
        assertThatThrownBy(all::build).isInstanceOf(IllegalStateException.class);
    }
}
