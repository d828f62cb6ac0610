package io.pgproxy.auth;

import static io.pgproxy.testkit.peer.FrontendBytes.PROTOCOL_3_0;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.hook.HookChain;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A proxy that finds out who its clients are, in front of a database that trusts it, on one event loop.
 *
 * @param server the proxy
 * @param database behind it
 */
record AuthenticatedProxy(ProxyServer server, TestDatabase database) implements AutoCloseable {
    /** No delays, and passwords in clear: there is no TLS. */
    static final AuthenticationOptions OPEN =
            AuthenticationOptions.DEFAULT.withThrottle(LoginThrottle.NONE).allowUnencryptedPasswords();

    static AuthenticatedProxy before(TestDatabase database, Authenticator authenticator) throws IOException {
        return before(database, authenticator, OPEN, HookChain.EMPTY);
    }

    static AuthenticatedProxy before(
            TestDatabase database, Authenticator authenticator, AuthenticationOptions options, HookChain hooks)
            throws IOException {
        return new AuthenticatedProxy(
                ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream("postgresql://" + database.host() + ":" + database.port())
                        .authenticator(authenticator, options)
                        .hooks(hooks)
                        .eventLoops(1)
                        .drainDeadline(Duration.ofSeconds(1))
                        .build()
                        .start(),
                database);
    }

    ScriptedClient connect() throws IOException {
        return ScriptedClient.connect("127.0.0.1", server.port());
    }

    ScriptedClient login(String user, String password) throws IOException {
        ScriptedClient client = connect();
        client.login(user, password, database.name());
        return client;
    }

    /** All that a client is sent in a login. */
    List<WireMessage> tryLogin(String user, String password) throws IOException {
        try (ScriptedClient client = connect()) {
            return client.tryLogin(PROTOCOL_3_0, Map.of("user", user, "database", database.name()), password);
        }
    }

    /** SQLSTATE and text of the FATAL error that a login ends with. */
    String refusal(String user, String password) throws IOException {
        List<WireMessage> messages = tryLogin(user, password);
        WireMessage error = messages.get(messages.size() - 2);
        return error.severity() + " " + error.sqlState() + " " + error.text();
    }

    Connection jdbc(String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("sslmode", "disable");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database.name(), properties);
    }

    @Override
    public void close() {
        server.close();
    }
}
