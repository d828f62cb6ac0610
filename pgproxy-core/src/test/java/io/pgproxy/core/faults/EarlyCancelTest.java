package io.pgproxy.core.faults;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A cancel that comes before its query has begun does nothing: somebody has gone, and the query would run to its end.
 */
class EarlyCancelTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatNobodyWaitsForIsCancelledUntilItEnds(boolean killed) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedBackend backend = ScriptedBackend.start(connection -> {
                    connection.greet();
                    connection.expect("Q");
                    asked.countDown();
                    over.await(); // the first cancel was too early, and this does not look at its socket
                    connection.awaitEnd();
                });
                ProxyServer proxy = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream("postgresql://127.0.0.1:" + backend.port())
                        .build()
                        .start();
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("somebody", "", "somewhere");
            client.send(query("SELECT"));
            asked.await();

            if (killed) {
                assertThat(proxy.kill(proxy.sessions().get(0).id())).isTrue();
            } else {
                client.reset();
            }

            Await.until("it is cancelled again", () -> backend.cancels().size() >= 2);
            assertThat(backend.cancels()).containsOnly(backend.cancels().get(0));
            over.countDown();
            int before = backend.cancels().size();
            Await.until("nobody is connected", () -> proxy.sessionCount() == 0);
            assertThat(backend.cancels().size()).isLessThanOrEqualTo(before + 1);
        }
    }
}
