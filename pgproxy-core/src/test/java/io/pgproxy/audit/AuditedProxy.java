package io.pgproxy.audit;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A proxy with an audit and other hooks behind it, on one event loop, that counts executions by itself. */
final class AuditedProxy implements AutoCloseable {
    private final AtomicInteger executions = new AtomicInteger();
    private final TestDatabase database;
    private final ProxyServer server;

    AuditedProxy(TestDatabase database, Audit audit, QueryHook others) throws IOException {
        this.database = database;
        ObserveHook counting = (execution, outcome) -> executions.incrementAndGet();
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url())
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .hooks(HookChain.builder()
                        .hook("audit", audit.hook())
                        .hook("others", others)
                        .hook("counting", counting)
                        .build())
                .build()
                .start();
    }

    int executions() {
        return executions.get();
    }

    ProxyServer server() {
        return server;
    }

    ScriptedClient client() throws IOException {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", server.port());
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    Connection connect(String mode) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database.name() + "?preferQueryMode=" + mode
                        + "&sslmode=disable&gssEncMode=disable",
                database.user(),
                database.password());
    }

    @Override
    public void close() {
        server.close();
    }
}
