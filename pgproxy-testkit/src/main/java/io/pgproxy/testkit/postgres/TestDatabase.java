package io.pgproxy.testkit.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One database of a server.
 *
 * @param server the server it is in
 * @param name its name
 */
public record TestDatabase(LocalPostgres server, String name) {

    /**
     * Where the server listens.
     *
     * @return an address or a name
     */
    public String host() {
        return server.host();
    }

    /**
     * Where the server listens.
     *
     * @return the TCP port
     */
    public int port() {
        return server.port();
    }

    /**
     * Who may do everything in it.
     *
     * @return the name of the server's superuser
     */
    public String user() {
        return server.superuser();
    }

    /**
     * The password of {@link #user()}.
     *
     * @return the password; the server asks for it only where pg_hba.conf says so
     */
    public String password() {
        return server.password();
    }

    /**
     * The database for libpq and all who take its URLs.
     *
     * @return {@code postgresql://user:password@host:port/name}
     */
    public String url() {
        return server.url(name);
    }

    /**
     * The database for pgjdbc.
     *
     * @return {@code jdbc:postgresql://host:port/name?user=…&password=…}
     */
    public String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    /**
     * Connects as the superuser.
     *
     * @return a new connection, which the caller closes
     * @throws SQLException if the server refuses
     */
    public Connection connect() throws SQLException {
        return server.connect(name);
    }

    /**
     * Runs SQL text that may hold several statements, on a connection of its own.
     *
     * @param sql the text
     * @throws SQLException what the server reports
     */
    public void execute(String sql) throws SQLException {
        server.execute(name, sql);
    }

    /**
     * Runs one query on a connection of its own.
     *
     * @param sql the query
     * @return its rows, each value as text, null for NULL
     * @throws SQLException what the server reports
     */
    public List<List<@Nullable String>> query(String sql) throws SQLException {
        return server.query(name, sql);
    }

    /**
     * Deletes the database, ending whatever sessions are in it.
     *
     * @throws SQLException if the server refuses
     */
    public void drop() throws SQLException {
        server.dropDatabase(name);
    }
}
