package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.BackendBytes.commandComplete;
import static io.pgproxy.testkit.peer.BackendBytes.readyForQuery;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.fanout.FanOut;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import java.time.Duration;

/** A proxy before a fan-out, its clients, and a writer that is lost. */
final class FanOutProxy {
    private static final Duration SOON = Duration.ofSeconds(10);

    private FanOutProxy() {}

    static ProxyServer start(FanOut all) throws Exception {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(all)
                .build()
                .start();
    }

    static ScriptedClient login(ProxyServer proxy) throws Exception {
        ScriptedClient client =
                ScriptedClient.connect("127.0.0.1", proxy.port()).timeout(SOON);
        client.login("anybody", "", "any");
        return client;
    }

    /** A writer that takes the client's BEGIN, and vanishes when it is told to end that block. */
    static ScriptedBackend.Script vanishesAtCommit() {
        return connection -> {
            connection.greet();
            connection.expect("Q");
            connection.send(commandComplete("BEGIN"), readyForQuery('T'));
            connection.expect("Q"); // of constraints
            connection.send(commandComplete("SET CONSTRAINTS"), readyForQuery('T'));
            connection.expect("Q");
            connection.reset();
        };
    }
}
