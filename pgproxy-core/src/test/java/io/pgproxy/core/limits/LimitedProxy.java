package io.pgproxy.core.limits;

import io.pgproxy.core.Limits;
import io.pgproxy.core.LimitsBuilder;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.hook.HookChain;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.function.UnaryOperator;

/**
 * A proxy without hooks whose clients are limited, in front of a database, on one event loop.
 *
 * @param server the proxy
 * @param database behind it
 */
record LimitedProxy(ProxyServer server, TestDatabase database) implements AutoCloseable {
    static LimitedProxy before(TestDatabase database, UnaryOperator<LimitsBuilder> limits) throws IOException {
        return before(database, limits, HookChain.EMPTY);
    }

    static LimitedProxy before(TestDatabase database, UnaryOperator<LimitsBuilder> limits, HookChain hooks)
            throws IOException {
        return new LimitedProxy(
                ProxyServer.builder()
                        .hooks(hooks)
                        .listen("127.0.0.1", 0)
                        .upstream("postgresql://" + database.host() + ":" + database.port())
                        .eventLoops(1)
                        .drainDeadline(Duration.ofSeconds(1))
                        .limits(limits.apply(Limits.builder()).build())
                        .build()
                        .start(),
                database);
    }

    ScriptedClient client() throws IOException {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", server.port());
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    Connection jdbc(String... properties) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", database.user());
        login.setProperty("password", database.password());
        for (int i = 0; i < properties.length; i += 2) {
            login.setProperty(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database.name(), login);
    }

    /** What the server says that this client's upstream does: its state, and the wait event within a query. */
    String upstreamOf(ScriptedClient client) throws SQLException {
        List<List<String>> seen = database.query("select state || coalesce(' ' || wait_event, '') from pg_stat_activity"
                + " where pid = " + client.processId());
        return seen.isEmpty() ? "gone" : String.valueOf(seen.get(0).get(0)).replaceFirst(" ClientRead", "");
    }

    @Override
    public void close() {
        server.close();
    }
}
