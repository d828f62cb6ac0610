package io.pgproxy.hook;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.time.Duration;

/**
 * A proxy with hooks in front of a database, on one event loop: what holds one session up shows in all others.
 *
 * @param server the proxy
 * @param database behind it
 */
record HookedProxy(ProxyServer server, TestDatabase database) implements AutoCloseable {
    static HookedProxy before(TestDatabase database, HookChain hooks) throws IOException {
        return new HookedProxy(
                ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(database.url())
                        .eventLoops(1)
                        .drainDeadline(Duration.ofSeconds(1))
                        .hooks(hooks)
                        .build()
                        .start(),
                database);
    }

    static HookedProxy before(TestDatabase database, QueryHook hook) throws IOException {
        return before(database, HookChain.builder().hook("tested", hook).build());
    }

    int port() {
        return server.port();
    }

    /** A client that is logged in through the proxy. */
    ScriptedClient client() throws IOException {
        return login(port());
    }

    /** A client of the server itself. */
    ScriptedClient direct() throws IOException {
        return login(database.port());
    }

    private ScriptedClient login(int port) throws IOException {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", port);
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    @Override
    public void close() {
        server.close();
    }
}
