package io.pgproxy.core.faults;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server, or one process of it, is killed: its clients hear of it at once, and the proxy serves others. */
@WithPostgres(own = true, settings = "restart_after_crash=on")
class UpstreamDeathTest {
    private static final Set<String> ENDS = Set.of("57P01", "57P02", "57P03", "08006");
    private static final Duration AT_ONCE = Duration.ofSeconds(3);

    enum While {
        IDLE,
        IN_A_QUERY,
        IN_COPY_IN,
        IN_COPY_OUT,
        IN_A_TRANSACTION,
        IN_A_PIPELINE;

        void bringAbout(ScriptedClient client) throws IOException {
            switch (this) {
                case IDLE -> {}
                case IN_A_QUERY -> client.send(query("SELECT pg_sleep(60)"));
                case IN_COPY_IN -> {
                    client.send(query("COPY t FROM STDIN"));
                    client.expect("G");
                    client.send(copyData("1\n"));
                }
                case IN_COPY_OUT -> {
                    client.send(query("COPY (SELECT repeat('x', 8000), generate_series(1, 100000000)) TO STDOUT"));
                    client.expectNext("Hdddd");
                }
                case IN_A_TRANSACTION -> {
                    client.send(query("BEGIN; INSERT INTO t VALUES (1)"));
                    client.expect("CCZ");
                }
                case IN_A_PIPELINE -> {
                    for (int i = 0; i < 20; i++) {
                        client.send(parse("", "SELECT pg_sleep(10)"), bind("", ""), execute(), sync());
                    }
                }
            }
        }
    }

    private Relay relay;

    @BeforeEach
    void start(TestDatabase database) throws Exception {
        awaitServer(database);
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
        relay = Relay.to(database);
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    @ParameterizedTest
    @EnumSource
    void oneProcessIsKilled(While when, TestDatabase database) throws Exception {
        try (ScriptedClient client = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            when.bringAbout(client);
            database.server().killBackend(client.processId());
            assertEnds(client);
            assertEnds(other); // the server ends all sessions when one has crashed
        }
        assertServesOthers(database);
    }

    @ParameterizedTest
    @EnumSource
    void theWholeServerIsKilled(While when, TestDatabase database, LocalPostgres server) throws Exception {
        try (ScriptedClient client = relay.login(database)) {
            when.bringAbout(client);
            server.kill();
            assertEnds(client);
        }
        try (ScriptedClient early = relay.connect()) {
            List<WireMessage> refusal =
                    early.tryLogin(FrontendBytes.PROTOCOL_3_0, Map.of("user", database.user()), database.password());
            assertThat(WireMessage.tags(refusal)).isEqualTo("E!");
            assertThat(refusal.get(0).sqlState()).isEqualTo("08001");
        }
        server.restart();
        assertServesOthers(database);
    }

    /** One FATAL of the known kinds and the end, or the end alone; soon. */
    private static void assertEnds(ScriptedClient client) throws IOException {
        long began = System.nanoTime();
        List<WireMessage> last = new ArrayList<>();
        @Nullable String state = null;
        try {
            WireMessage message = client.readMessage();
            for (; !message.equals(WireMessage.END); message = client.readMessage()) {
                if (message.tag() == 'E') {
                    state = message.sqlState();
                    last.add(message);
                }
            }
        } catch (EOFException | SocketException end) {
            // in the middle of a row, say
        }
        assertThat(last).hasSizeLessThanOrEqualTo(1);
        if (state != null) {
            assertThat(ENDS).contains(state);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
    }

    private void assertServesOthers(TestDatabase database) throws Exception {
        awaitServer(database);
        Await.until("only the living are left", () -> relay.server().sessionCount() == 0);
        try (ScriptedClient client = relay.login(database)) {
            client.send(query("SELECT 1"));
            client.expect("TDCZ");
        }
    }

    private static void awaitServer(TestDatabase database) throws Exception {
        Await.until("the server has recovered", () -> {
            try {
                return !database.query("SELECT 1").isEmpty();
            } catch (SQLException recovering) {
                return false;
            }
        });
    }
}
