package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server on this machine, for the time until {@link #close()}. Where it comes from is told in the
 * {@linkplain io.pgproxy.testkit.postgres package documentation}.
 *
 * <p>A server that runs as a process of its own listens on a free port of 127.0.0.1, keeps its data in a temporary
 * directory, and has no durability ({@code fsync}, {@code synchronous_commit} and {@code full_page_writes} are off).
 * The first start on a machine unpacks the programs and makes a cluster, some five seconds; later starts copy it and
 * take about half a second. {@link #close()} deletes everything. When this JVM ends without it, even by SIGKILL, a
 * small shell process that waits for that stops the server and deletes its files.
 *
 * <p>Everybody who connects from 127.0.0.1 is trusted, until lines of {@link Builder#hba(String...)} say otherwise.
 *
 * <p>Any thread may use it; what starts, stops or kills the server waits until it is done, one at a time.
 */
public final class LocalPostgres implements AutoCloseable {

    private static final String MAINTENANCE_DATABASE = "postgres";

    private final Server server;
    private final Replicas replicas = new Replicas();

    private LocalPostgres(Server server) {
        this.server = server;
    }

    /**
     * A server with nothing special about it.
     *
     * @return the running server, which the caller closes
     * @throws IOException if there is no server to be had, or it does not start; the message ends with its log
     */
    public static LocalPostgres start() throws IOException {
        return builder().start();
    }

    /**
     * A server with wishes.
     *
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Where the server listens.
     *
     * @return an address or a name
     */
    public String host() {
        return server.host();
    }

    /**
     * Where the server listens; the same after {@link #restart()}.
     *
     * @return the TCP port
     */
    public int port() {
        return server.port();
    }

    /**
     * Who may do everything.
     *
     * @return the name of the superuser
     */
    public String superuser() {
        return server.superuser();
    }

    /**
     * The password of {@link #superuser()}.
     *
     * @return the password; the server asks for it only where pg_hba.conf says so
     */
    public String password() {
        return server.password();
    }

    /**
     * Which PostgreSQL it is.
     *
     * @return the major version, such as 15
     */
    public int version() {
        return server.version();
    }

    /**
     * A database for libpq and all who take its URLs.
     *
     * @param database its name
     * @return {@code postgresql://user:password@host:port/database}
     */
    public String url(String database) {
        return "postgresql://" + encoded(superuser()) + ":" + encoded(password()) + "@" + host() + ":" + port() + "/"
                + encoded(database);
    }

    /**
     * A database for pgjdbc.
     *
     * @param database its name
     * @return {@code jdbc:postgresql://host:port/database?user=…&password=…}
     */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + encoded(database) + "?user=" + encoded(superuser())
                + "&password=" + encoded(password());
    }

    /**
     * Connects as the superuser.
     *
     * @param database the database to connect to
     * @return a new connection, which the caller closes
     * @throws SQLException if the server refuses
     */
    public Connection connect(String database) throws SQLException {
        return Login.connect(host(), port(), database, superuser(), password());
    }

    /**
     * A database that is there already.
     *
     * @param name its name
     * @return the database
     */
    public TestDatabase database(String name) {
        return new TestDatabase(this, name);
    }

    /**
     * Makes an empty database.
     *
     * @param name its name, in any characters
     * @return the database
     * @throws SQLException if the server refuses: 42P04 when there is one of that name
     */
    public TestDatabase createDatabase(String name) throws SQLException {
        return createDatabase(name, "template1");
    }

    /**
     * Makes a database as a copy of another, at the speed of the file system.
     *
     * @param name its name, in any characters
     * @param template the one to copy, to which nobody may be connected
     * @return the database
     * @throws SQLException if the server refuses: 42P04 when there is one of that name, 55006 when the template is in
     *     use
     */
    public TestDatabase createDatabase(String name, String template) throws SQLException {
        // From 15 on the default writes every page to the WAL, which pays off on servers that keep theirs.
        String strategy = version() >= 15 ? " STRATEGY file_copy" : "";
        execute("CREATE DATABASE " + quoted(name) + " TEMPLATE " + quoted(template) + strategy);
        return database(name);
    }

    /**
     * Deletes a database, ending whatever sessions are in it. One that does not exist is no error.
     *
     * @param name its name
     * @throws SQLException if the server refuses
     */
    public void dropDatabase(String name) throws SQLException {
        execute("DROP DATABASE IF EXISTS " + quoted(name) + " WITH (FORCE)");
    }

    /**
     * Runs SQL text as the superuser in the database postgres, on a connection of its own.
     *
     * @param sql the text, which may hold several statements
     * @throws SQLException what the server reports
     */
    public void execute(String sql) throws SQLException {
        execute(MAINTENANCE_DATABASE, sql);
    }

    /**
     * Runs SQL text as the superuser, on a connection of its own.
     *
     * @param database the database to run it in
     * @param sql the text, which may hold several statements
     * @throws SQLException what the server reports
     */
    public void execute(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * Runs one query as the superuser in the database postgres, on a connection of its own.
     *
     * @param sql the query
     * @return its rows, each value as text, null for NULL
     * @throws SQLException what the server reports
     */
    public List<List<@Nullable String>> query(String sql) throws SQLException {
        return query(MAINTENANCE_DATABASE, sql);
    }

    /**
     * Runs one query as the superuser, on a connection of its own.
     *
     * @param database the database to run it in
     * @param sql the query
     * @return its rows, each value as text, null for NULL
     * @throws SQLException what the server reports
     */
    public List<List<@Nullable String>> query(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.add(result.getString(column));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /**
     * A streaming replica of this server with the same settings; there may be several.
     *
     * @return the running replica, which the caller or this server closes
     * @throws IOException if this server gives no base backup, or the replica does not start
     * @throws UnsupportedOperationException if this server was not asked for with {@link Builder#primary()}
     */
    public LocalReplica startReplica() throws IOException {
        return newReplica().start();
    }

    /**
     * A streaming replica of this server with wishes. The server must be up, and no replica itself unless it was
     * promoted.
     *
     * @return a builder with the settings of this server
     */
    public LocalReplica.Builder newReplica() {
        return new LocalReplica.Builder(this);
    }

    synchronized LocalReplica startReplica(Map<String, String> settings) throws IOException {
        return replicas.add(new LocalReplica(this, new LocalPostgres(server.startReplica(settings))));
    }

    /**
     * What the server has logged since it was made. With the setting {@code log_statement=all} this shows what reached
     * it.
     *
     * @return the text of the log
     * @throws IOException if it cannot be read
     * @throws UnsupportedOperationException if the server is the one at {@code PGPROXY_TEST_URL}
     */
    public String log() throws IOException {
        return server.log();
    }

    /**
     * Shuts the server down, fast: sessions are ended with 57P01, and the port refuses until {@link #restart()}.
     * Nothing happens to one that is down.
     *
     * @throws IOException if that fails
     * @throws UnsupportedOperationException if the server is the one at {@code PGPROXY_TEST_URL}
     */
    public synchronized void stop() throws IOException {
        server.stop();
    }

    /**
     * Shuts the server down as {@code pg_ctl stop -m immediate} does: its processes end at once, with nothing written
     * to the data files any more, and it recovers from its log at the next {@link #restart()}. Nothing happens to one
     * that is down. What was committed in the last moments may be lost, unless the setting {@code synchronous_commit}
     * is on.
     *
     * @throws IOException if that fails
     * @throws UnsupportedOperationException if the server is the one at {@code PGPROXY_TEST_URL}
     */
    public synchronized void stopImmediately() throws IOException {
        server.stopImmediately();
    }

    /**
     * Shuts the server down if it is up, and starts it with the same data at the same port. Also after {@link #kill()}
     * or {@link #stopImmediately()}; the server then recovers from its log.
     *
     * @throws IOException if it does not start
     * @throws UnsupportedOperationException if the server is the one at {@code PGPROXY_TEST_URL}
     */
    public synchronized void restart() throws IOException {
        server.restart();
    }

    /**
     * Ends all processes of the server by SIGKILL, as a crash would: every connection breaks without a word. What was
     * committed in the last moments may be lost, unless the setting {@code synchronous_commit} is on.
     *
     * @throws IOException if that fails
     * @throws UnsupportedOperationException if the server is the one at {@code PGPROXY_TEST_URL}
     */
    public synchronized void kill() throws IOException {
        server.kill();
    }

    /**
     * Ends one session by SIGKILL. Its connection breaks without a word; the server then ends all other sessions with
     * 57P02 and recovers.
     *
     * @param pid what pg_backend_pid() gave in the session
     * @throws IOException if that fails
     * @throws IllegalArgumentException if no session has that number
     * @throws UnsupportedOperationException if the server is the one at {@code PGPROXY_TEST_URL}
     */
    public synchronized void killBackend(long pid) throws IOException {
        server.killBackend(pid);
    }

    /**
     * Stops the server and its replicas, and deletes their data. A borrowed one goes on as before.
     *
     * @throws IOException if something is left
     */
    @Override
    public synchronized void close() throws IOException {
        try (server) {
            replicas.close();
        }
    }

    private void countStatements() throws SQLException {
        String extension = ServerOptions.STATEMENT_COUNTS;
        if (!query("SELECT FROM pg_available_extensions WHERE name = '" + extension + "'")
                .isEmpty()) {
            execute("CREATE EXTENSION " + extension);
        }
    }

    @Override
    public String toString() {
        return server.toString();
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** What a server should be like. Each call replaces or adds to what was said before. */
    public static final class Builder {

        private final Map<String, String> settings = new LinkedHashMap<>();
        private final List<String> hba = new ArrayList<>();
        private int version = defaultVersion();
        private String superuser = ServerOptions.DEFAULT_SUPERUSER;
        private String password = ServerOptions.DEFAULT_PASSWORD;
        private boolean dedicated;
        private boolean primary;

        private Builder() {}

        /**
         * Wants a major version. Without this it is the one in the environment variable {@code PGPROXY_TEST_VERSION},
         * else any: with programs on the class path, the first.
         *
         * @param major such as 15; 0 for any
         * @return this builder
         */
        public Builder version(int major) {
            this.version = major;
            return this;
        }

        /**
         * Sets a parameter of postgresql.conf. The port, the addresses and the socket directories are not for choosing.
         *
         * @param name the name, such as {@code max_connections}
         * @param value the value without quotes
         * @return this builder
         */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /**
         * Adds lines to pg_hba.conf, in front of those that trust everybody.
         *
         * @param lines such as {@code host all scram_user 127.0.0.1/32 scram-sha-256}
         * @return this builder
         */
        public Builder hba(String... lines) {
            hba.addAll(List.of(lines));
            return this;
        }

        /**
         * Names the superuser, {@code postgres} otherwise, and gives its password.
         *
         * @param name the name
         * @param secret the password
         * @return this builder
         */
        public Builder superuser(String name, String secret) {
            this.superuser = name;
            this.password = secret;
            return this;
        }

        /**
         * Wants a server that nobody else uses, because it will be stopped or killed.
         *
         * @return this builder
         */
        public Builder dedicated() {
            this.dedicated = true;
            return this;
        }

        /**
         * Wants a server that {@linkplain LocalPostgres#startReplica() replicas} can be made of. Nobody else uses it,
         * and it is a process of its own in any case. PostgreSQL 15 or later.
         *
         * <p>The server and its replicas count statements: {@code pg_stat_statements}, a view in the database postgres,
         * tells what ran in any database of the server that is asked. (Where PostgreSQL's programs come without this
         * extension, there is no such view.) WAL of the last 1 GB is kept for replicas that are down.
         *
         * @return this builder
         */
        public Builder primary() {
            this.primary = true;
            return this;
        }

        /**
         * Starts the server and waits until it accepts connections.
         *
         * @return the running server, which the caller closes
         * @throws IOException if there is no server to be had, or it does not start; the message ends with its log
         */
        public LocalPostgres start() throws IOException {
            LocalPostgres started = new LocalPostgres(
                    Sources.server(new ServerOptions(version, settings, hba, superuser, password, dedicated, primary)));
            if (primary) {
                try {
                    started.countStatements();
                } catch (SQLException failure) {
                    started.close();
                    throw new IOException("the server has started, but does not obey", failure);
                }
            }
            return started;
        }

        private static int defaultVersion() {
            String wanted = System.getenv("PGPROXY_TEST_VERSION");
            return wanted == null || wanted.isEmpty() ? 0 : Integer.parseInt(wanted);
        }
    }
}
