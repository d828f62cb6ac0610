package io.pgproxy.examples.cli;

import io.pgproxy.core.backend.PostgresUrl;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Objects;

/** A PostgreSQL of our own with the data of a small shop: the same at each start, gone after {@link #close()}. */
public final class ShopDatabase implements AutoCloseable {

    /** Of the database and of the user who owns it. */
    public static final String NAME = "shop";

    private final LocalPostgres server;

    private ShopDatabase(LocalPostgres server) {
        this.server = server;
    }

    static ShopDatabase start() throws IOException {
        // Whatever the environment says to tests about servers and versions: the one in the jar.
        LocalPostgres server = LocalPostgres.builder().dedicated().version(0).start();
        try {
            fill(server);
            lock(server);
            return new ShopDatabase(server);
        } catch (SQLException | IOException | RuntimeException failure) {
            server.close();
            throw new IOException("the demo database: " + failure.getMessage(), failure);
        }
    }

    /**
     * Makes the shop in a server: a database of its own, and the user who owns it.
     *
     * @param server has no shop yet
     * @throws SQLException what the server reports
     * @throws IOException if this jar is broken
     */
    public static void fill(LocalPostgres server) throws SQLException, IOException {
        server.execute("CREATE ROLE " + NAME + " LOGIN CREATEDB; GRANT pg_monitor TO " + NAME);
        server.createDatabase(NAME);
        server.execute("ALTER DATABASE " + NAME + " OWNER TO " + NAME);
        server.execute(NAME, "SET ROLE " + NAME + ";\n" + script());
        server.execute(NAME, "ANALYZE");
    }

    /**
     * Lets the superuser in no more: whoever reaches the proxy is trusted, and a superuser could run programs on this
     * machine.
     *
     * @param server needs no superuser any more
     * @throws SQLException what the server reports
     */
    public static void lock(LocalPostgres server) throws SQLException {
        server.execute("ALTER ROLE \"" + server.superuser() + "\" NOLOGIN");
    }

    PostgresUrl url() {
        return new PostgresUrl(server.host(), server.port(), NAME, null);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private static String script() throws IOException {
        try (InputStream in = ShopDatabase.class.getResourceAsStream("shop.sql")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
