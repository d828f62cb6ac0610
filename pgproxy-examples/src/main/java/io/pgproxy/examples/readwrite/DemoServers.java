package io.pgproxy.examples.readwrite;

import io.pgproxy.examples.cli.ShopDatabase;
import io.pgproxy.routing.Node;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Three servers of our own, gone after {@link #close()}: two writers with the same small shop, and a replica of the
 * first.
 */
public final class DemoServers implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** So that a client need not know functions to see who answers. */
    private static final String ANSWERED_BY = """
            SET ROLE shop;
            CREATE VIEW answered_by AS
            SELECT CASE WHEN pg_is_in_recovery() THEN 'reader-1' ELSE '%s' END AS server, inet_server_port() AS port
            """;

    /** What the first writer takes, so that there is something to be rolled back. */
    private static final String STRICTER =
            "ALTER TABLE order_items ADD CONSTRAINT only_writer_2_checks CHECK (quantity <= 100)";

    private final LocalPostgres first;
    private final LocalPostgres second;
    private final LocalPostgres replica;

    private DemoServers(LocalPostgres first, LocalPostgres second, LocalPostgres replica) {
        this.first = first;
        this.second = second;
        this.replica = replica;
    }

    /**
     * Starts them. Blocks until the replica shows the shop.
     *
     * @return the servers
     * @throws IOException if one of them does not start
     */
    public static DemoServers start() throws IOException {
        LocalPostgres first = builder().primary().start();
        try {
            LocalPostgres second = builder().dedicated().start();
            try {
                return filled(first, second);
            } catch (SQLException | IOException | RuntimeException failure) {
                second.close();
                throw failure;
            }
        } catch (SQLException | IOException | RuntimeException failure) {
            first.close();
            throw new IOException("the demo's servers: " + failure.getMessage(), failure);
        }
    }

    /** Whatever the environment says to tests about versions: the one in the jar. A replica learns soon of commits. */
    private static LocalPostgres.Builder builder() {
        return LocalPostgres.builder().version(0).setting("synchronous_commit", "on");
    }

    private static DemoServers filled(LocalPostgres first, LocalPostgres second) throws IOException, SQLException {
        ShopDatabase.fill(first);
        first.execute(ShopDatabase.NAME, ANSWERED_BY.formatted("writer-1"));
        ShopDatabase.fill(second);
        second.execute(ShopDatabase.NAME, ANSWERED_BY.formatted("writer-2"));
        second.execute(ShopDatabase.NAME, STRICTER);
        LocalReplica replica = first.startReplica();
        replica.awaitReplay(PATIENCE); // by then it is connected, which it could not be without the superuser
        ShopDatabase.lock(first);
        ShopDatabase.lock(second);
        return new DemoServers(first, second, replica.server());
    }

    /** {@return where they are} */
    public Servers servers() {
        return new Servers(
                List.of(server("writer-1", first, Node.Role.WRITER), server("writer-2", second, Node.Role.WRITER)),
                List.of(server("reader-1", replica, Node.Role.READER)));
    }

    private static Server server(String name, LocalPostgres where, Node.Role role) {
        return Server.of(
                name,
                "postgresql://" + ShopDatabase.NAME + "@" + where.host() + ":" + where.port() + "/" + ShopDatabase.NAME,
                role);
    }

    /**
     * What there is to see.
     *
     * @return lines for whoever has started it
     */
    public String whatToTry() {
        return """
                Three servers run until this ends; each can be looked at by itself:
                  writer-1  %s
                  writer-2  %s
                  reader-1  %s  (a replica of writer-1)
                Connect to the proxy by the line "ready", and try:
                  SELECT * FROM answered_by;                           -- reader-1
                  UPDATE products SET price = 9.99 WHERE id = 1;       -- on both writers
                  SELECT price, server FROM products, answered_by WHERE id = 1;
                                                     -- 9.99, by writer-1; a moment later by reader-1, which has it then
                  BEGIN; SELECT * FROM answered_by; COMMIT;            -- a transaction is the writer's: writer-1
                  /* pgproxy: writer */ SELECT * FROM answered_by;     -- writer-1, as the comment wants
                  INSERT INTO order_items VALUES (1, 9, 1, 101, 9.99);
                                                 -- only writer-2 checks "quantity <= 100": rolled back on both
                  SELECT count(*) FROM order_items WHERE line = 9;     -- 0
                  UPDATE orders SET ordered_at = now() WHERE id = 1;   -- refused: another time on each writer
                """.formatted(psql(first), psql(second), psql(replica));
    }

    private static String psql(LocalPostgres server) {
        return "psql \"host=" + server.host() + " port=" + server.port() + " user=" + ShopDatabase.NAME + " dbname="
                + ShopDatabase.NAME + "\"";
    }

    @Override
    public void close() throws IOException {
        try (first) {
            second.close();
        }
    }
}
