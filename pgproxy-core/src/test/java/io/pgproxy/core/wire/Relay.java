package io.pgproxy.core.wire;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ServerLimits;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** A proxy in front of a server, for the time of a test: clients log in there as who they are. */
public record Relay(ProxyServer server) implements AutoCloseable {
    private static final Duration DRAIN = Duration.ofSeconds(3);

    public static Relay to(TestDatabase database) throws IOException {
        return to(database.host(), database.port());
    }

    public static Relay to(String host, int port) throws IOException {
        return to(host, port, limits -> limits);
    }

    public static Relay to(String host, int port, UnaryOperator<ServerLimits> limits) throws IOException {
        return new Relay(ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + host + ":" + port)
                .limits(limits.apply(ServerLimits.DEFAULT))
                .drainDeadline(DRAIN)
                .build()
                .start());
    }

    public int port() {
        return server.port();
    }

    public ScriptedClient connect() throws IOException {
        return ScriptedClient.connect("127.0.0.1", port());
    }

    /** A client that is logged in. */
    public ScriptedClient login(TestDatabase database) throws IOException {
        ScriptedClient client = connect();
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    @Override
    public void close() {
        server.close();
    }
}
