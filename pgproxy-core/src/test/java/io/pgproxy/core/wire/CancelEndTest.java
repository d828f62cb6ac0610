package io.pgproxy.core.wire;

import static io.pgproxy.testkit.peer.BackendBytes.commandComplete;
import static io.pgproxy.testkit.peer.BackendBytes.readyForQuery;
import static io.pgproxy.testkit.peer.FrontendBytes.cancelRequest;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Clients take the end of a cancel's connection for the end of the cancel, and send their next query. */
class CancelEndTest {
    @Test
    void itsConnectionLastsUntilTheUpstreamHasDealtWithIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        try (ScriptedBackend backend = ScriptedBackend.start(connection -> {
                    if (connection.number() > 0) {
                        gate.await(); // the cancel lies in the socket, unread
                    }
                    connection.greet();
                    connection.expect("Q");
                    asked.countDown();
                    gate.await();
                    connection.send(commandComplete("SELECT 0"), readyForQuery('I'));
                    connection.awaitEnd();
                });
                ProxyServer proxy = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream("postgresql://127.0.0.1:" + backend.port())
                        .build()
                        .start();
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port());
                ScriptedClient canceller = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("somebody", "", "somewhere");
            client.send(query("SELECT"));
            asked.await();

            canceller.send(cancelRequest(client.processId(), client.secretKey()));

            assertThatThrownBy(() -> canceller.timeout(Duration.ofMillis(300)).awaitEnd())
                    .isInstanceOf(SocketTimeoutException.class);
            gate.countDown();
            canceller.timeout(Duration.ofSeconds(10)).awaitEnd();
            backend.awaitCancel();
            client.expect("CZ");
        }
    }
}
