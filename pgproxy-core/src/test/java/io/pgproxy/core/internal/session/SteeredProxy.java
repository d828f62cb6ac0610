package io.pgproxy.core.internal.session;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.server.Composition;
import io.pgproxy.core.internal.server.RunningServer;
import io.pgproxy.core.internal.server.TcpListener;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A proxy whose sessions are steered by a test, as hooks will steer them. */
final class SteeredProxy implements AutoCloseable {
    private final RunningServer server;

    private SteeredProxy(RunningServer server) {
        this.server = server;
    }

    static SteeredProxy before(TestDatabase database, SteeringFactory steering) throws IOException {
        return before(RemotePostgres.of("postgresql://" + database.host() + ":" + database.port()), steering);
    }

    static SteeredProxy before(Backend backend, SteeringFactory steering) throws IOException {
        return new SteeredProxy(RunningServer.start(new Composition(
                List.of(new TcpListener(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))),
                new NamedBackends(backend, Map.of()),
                Governor.lenient(),
                Duration.ofSeconds(1),
                1,
                steering)));
    }

    int port() {
        return server.addresses().get(0).getPort();
    }

    ScriptedClient connect(TestDatabase database) throws IOException {
        return login(port(), database);
    }

    static ScriptedClient direct(TestDatabase database) throws IOException {
        return login(database.port(), database);
    }

    private static ScriptedClient login(int port, TestDatabase database) throws IOException {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", port);
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    @Override
    public void close() {
        server.stop(Duration.ofSeconds(1));
    }
}
