package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.BackendBytes.commandComplete;
import static io.pgproxy.testkit.peer.BackendBytes.empty;
import static io.pgproxy.testkit.peer.BackendBytes.readyForQuery;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.fanout.FanOut;
import io.pgproxy.testkit.peer.BackendConnection;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A statement that writes takes three round trips: writers that say nothing before they have got all that can be sent
 * so far answer three times in all.
 */
class FanOutRoundTripsTest {
    private final CountDownLatch otherHasBegun = new CountDownLatch(1);

    private void first(BackendConnection connection) throws Exception {
        connection.greet();
        connection.expect("CPBECCQ"); // BEGIN, the statement
        connection.expect("Q"); // a check of constraints
        assertThat(otherHasBegun.await(10, TimeUnit.SECONDS)).isTrue();
        begun(connection); // once
        connection.expect("Q");
        connection.send(commandComplete("COMMIT"), readyForQuery('I')); // and with the third answer of all
        connection.awaitEnd();
    }

    private void other(BackendConnection connection) throws Exception {
        connection.greet();
        for (char tag : "CPBECC".toCharArray()) { // BEGIN, while the first has not answered
            assertThat(connection.readMessage().tag()).isEqualTo(tag);
        }
        otherHasBegun.countDown();
        connection.expect("Q");
        connection.expect("Q");
        begun(connection); // twice
        connection.expect("Q");
        connection.send(commandComplete("COMMIT"), readyForQuery('I'));
        connection.awaitEnd();
    }

    private static void begun(BackendConnection connection) throws Exception {
        connection.send(
                empty('3'),
                empty('1'),
                empty('2'),
                commandComplete("BEGIN"),
                empty('3'),
                empty('3'),
                commandComplete("INSERT 0 1"),
                readyForQuery('T'),
                commandComplete("SET CONSTRAINTS"),
                readyForQuery('T'));
    }

    private static RemotePostgres at(ScriptedBackend backend) {
        return RemotePostgres.of("postgresql://anybody@" + backend.host() + ":" + backend.port() + "/any");
    }

    @Test
    void threeForOneStatement() throws Exception {
        try (ScriptedBackend one = ScriptedBackend.start(this::first);
                ScriptedBackend two = ScriptedBackend.start(this::other);
                ProxyServer proxy = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(FanOut.builder()
                                .writer("one", at(one))
                                .writer("two", at(two))
                                .build())
                        .drainDeadline(Duration.ofSeconds(1))
                        .build()
                        .start();
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("anybody", "", "any");
            client.send(query("INSERT INTO t VALUES (1)"));
            client.expect("CZ");
        }
    }
}
