package io.pgproxy.examples.readonly;

import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.backend.PostgresUrl;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.examples.cli.Environment;
import io.pgproxy.examples.cli.Target;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;

/**
 * The server that the environment names, with the role that the proxy logs in as. Shows no password.
 *
 * @param url where it is, and who logs in
 * @param login logs in as the proxy will
 */
public record Upstream(PostgresUrl url, PGSimpleDataSource login) {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * Reads where it is.
     *
     * @param environment has UPSTREAM_HOST, UPSTREAM_USER, UPSTREAM_PASSWORD and UPSTREAM_DATABASE
     * @return the upstream; nothing is connected yet
     * @throws IllegalArgumentException in one line what is missing or wrong
     */
    public static Upstream of(Environment environment) {
        environment.require(List.of("UPSTREAM_HOST", "UPSTREAM_USER", "UPSTREAM_PASSWORD", "UPSTREAM_DATABASE"));
        String host = environment.text("UPSTREAM_HOST");
        int port = environment.number("UPSTREAM_PORT", PostgresUrl.DEFAULT_PORT, 1, 65_535);
        String user = environment.text("UPSTREAM_USER");
        String password = environment.text("UPSTREAM_PASSWORD");
        String database = environment.text("UPSTREAM_DATABASE");
        PGSimpleDataSource login = new PGSimpleDataSource();
        login.setServerNames(new String[] {host});
        login.setPortNumbers(new int[] {port});
        login.setDatabaseName(database);
        login.setUser(user);
        login.setPassword(password);
        login.setSslMode("disable");
        login.setConnectTimeout((int) PATIENCE.toSeconds());
        login.setSocketTimeout((int) PATIENCE.toSeconds());
        return new Upstream(new PostgresUrl(host, port, database, Credentials.of(user, password.toCharArray())), login);
    }

    /**
     * Logs in as the proxy will: a wrong password should show now and not with the first client.
     *
     * @param log is warned about what makes the proxy less safe than it could be
     * @throws IOException in one line what is wrong
     */
    public void check(Logger log) throws IOException {
        try (RemotePostgres server = RemotePostgres.of(url)) {
            server.probe(PATIENCE);
        }
        try (Connection connection = login.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.current_setting('is_superuser')")) {
            if (row.next() && "on".equals(row.getString(1))) {
                log.warn("UPSTREAM_USER is a superuser: give the proxy a role that may do no more than read");
            }
        } catch (SQLException refused) {
            throw new IOException(
                    "upstream " + url.host() + ":" + url.port() + " refuses the login: " + refused.getMessage(),
                    refused);
        }
    }

    /** {@return the server, for the proxy} */
    public Target target() {
        return new Target(url, login.getUser(), login.getDatabaseName(), false, () -> {});
    }

    /** Tells where it is. */
    @Override
    public String toString() {
        return "Upstream[" + url.host() + ":" + url.port() + "]";
    }
}
