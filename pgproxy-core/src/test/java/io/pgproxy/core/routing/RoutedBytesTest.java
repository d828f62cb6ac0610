package io.pgproxy.core.routing;

import static io.pgproxy.testkit.peer.BackendBytes.commandComplete;
import static io.pgproxy.testkit.peer.BackendBytes.empty;
import static io.pgproxy.testkit.peer.BackendBytes.readyForQuery;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.peer.BackendConnection;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What reaches the upstream of a batch that is held until it is known where it goes. */
class RoutedBytesTest {
    private final CompletableFuture<String> received = new CompletableFuture<>();

    private void away(BackendConnection connection) throws Exception {
        connection.greet();
        StringBuilder tags = new StringBuilder();
        do {
            tags.append(connection.readMessage().tag());
        } while (tags.charAt(tags.length() - 1) != 'S');
        connection.send(empty('1'), empty('2'), commandComplete("SELECT 0"), readyForQuery('I'));
        received.complete(tags.toString());
        connection.awaitEnd();
    }

    @Test
    void whatItPreparesIsPreparedOnce() throws Exception {
        try (ScriptedBackend main = ScriptedBackend.start(connection -> {
                    connection.greet();
                    connection.awaitEnd();
                });
                ScriptedBackend away = ScriptedBackend.start(this::away);
                ProxyServer proxy = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream("postgresql://u@127.0.0.1:" + main.port() + "/d")
                        .upstream("away", "postgresql://u@127.0.0.1:" + away.port() + "/d")
                        .hook("route", QueryHook.route(exchange -> Verdict.of(new Route.One("away"))))
                        .drainDeadline(Duration.ofSeconds(1))
                        .build()
                        .start();
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("u", "", "d");
            client.send(parse("s", "SELECT 1"), bind("", "s"), execute("", 0), sync());

            client.expect("12CZ");
            assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo("PBES");
        }
    }
}
