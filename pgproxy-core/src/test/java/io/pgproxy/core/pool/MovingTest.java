package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.BackendBytes.commandComplete;
import static io.pgproxy.testkit.peer.BackendBytes.dataRow;
import static io.pgproxy.testkit.peer.BackendBytes.empty;
import static io.pgproxy.testkit.peer.BackendBytes.error;
import static io.pgproxy.testkit.peer.BackendBytes.readyForQuery;
import static io.pgproxy.testkit.peer.BackendBytes.rowDescription;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.peer.BackendConnection;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that ends a connection for having been idle while something is on its way there: it is run elsewhere. */
@Timeout(30)
class MovingTest {
    private static final String LAST = "last";

    private final AtomicBoolean ended = new AtomicBoolean();
    private final CountDownLatch said = new CountDownLatch(1);
    private final CountDownLatch mayClose = new CountDownLatch(1);
    private ScriptedBackend backend;
    private ProxyServer server;

    @BeforeEach
    void start() throws Exception {
        backend = ScriptedBackend.start(this::serve);
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://pool@127.0.0.1:" + backend.port() + "/db", PoolSettings.transaction(2))
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .build()
                .start();
    }

    @AfterEach
    void stop() throws Exception {
        mayClose.countDown();
        server.close();
        backend.close();
    }

    private ScriptedClient login() throws Exception {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", server.port());
        client.timeout(Duration.ofSeconds(5))
                .login(FrontendBytes.PROTOCOL_3_0, Map.of("user", "u", "database", "db"), "");
        return client;
    }

    /** As much of a server as it takes; the first time that it reads of the last, it has been idle for too long. */
    private void serve(BackendConnection connection) throws Exception {
        connection.greet();
        String unnamed = "";
        boolean skipping = false;
        while (true) {
            WireMessage message = connection.readMessage();
            String text = new String(message.body(), StandardCharsets.UTF_8);
            if (text.contains(LAST) && ended.compareAndSet(false, true)) {
                connection.send(error("FATAL", "57P05", "idle"));
                said.countDown();
                mayClose.await(20, TimeUnit.SECONDS);
                return;
            }
            char tag = message.tag();
            if (tag == 'X' || tag == '!') {
                return;
            } else if (tag == 'S') {
                skipping = false;
                connection.send(readyForQuery('I'));
            } else if (tag == 'Q' && !skipping) {
                unnamed = "";
                String row = text.trim();
                connection.send(rowDescription("a"), dataRow(row), commandComplete("SELECT 1"), readyForQuery('I'));
            } else if (tag == 'P' && !skipping) {
                unnamed = text.split("\0", -1)[1];
                connection.send(empty('1'));
            } else if (tag == 'B' && !skipping && (!text.startsWith("\0\0") || unnamed.isEmpty())) {
                skipping = true;
                connection.send(error("ERROR", "26000", "there is none"));
            } else if (tag == 'B' && !skipping) {
                connection.send(empty('2'));
            } else if (tag == 'C' && !skipping) {
                connection.send(empty('3'));
            } else if (tag == 'E' && !skipping) {
                connection.send(dataRow(unnamed), commandComplete("SELECT 1"));
            }
        }
    }

    /** The server's last word and the end of its connection come one after the other. */
    @Test
    void whatComesBehindItsLastWordIsRunElsewhereToo() throws Exception {
        try (ScriptedClient client = login();
                ScriptedClient other = login()) {
            client.send(query("SELECT 1"));
            client.expect("TDCZ");
            client.send(query("SELECT last"));
            said.await(10, TimeUnit.SECONDS);
            other.send(query("SELECT 2"));
            other.expect("TDCZ"); // on the same event loop: what the server has said is read
            client.send(query("SELECT" + " ".repeat(100_000) + "more"));
            other.send(query("SELECT 2"));
            other.expect("TDCZ");
            mayClose.countDown();
            assertThat(client.expect("TDCZ").get(1).values()).containsExactly("SELECT last");
            assertThat(client.expect("TDCZ").get(1).values().get(0)).endsWith("more");
        }
    }

    /** What the statement without a name was to become counts where it has been run. */
    @Test
    void theStatementWithoutANameIsWhatItWas() throws Exception {
        mayClose.countDown();
        try (ScriptedClient client = login()) {
            client.send(parse("", "SELECT 1"), sync());
            client.expect("1Z");
            client.send(bind(LAST, "none"), parse("", "SELECT 2"), sync());
            client.expect("EZ");
            client.send(bind("", ""), execute(), sync());
            assertThat(client.expect("2DCZ").get(1).values()).containsExactly("SELECT 1");
        }
    }
}
