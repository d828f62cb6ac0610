package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs scripts without and with the proxy, each in a database of the same content, and compares what they saw. */
final class Twice implements AutoCloseable {
    /** As psql and drivers print it in queries and names; each run has objects of its own. */
    private static final Pattern OID = Pattern.compile("(?<=['_])\\d{5}(?=['|])");

    private static final String EMPTY = """
            DROP SCHEMA IF EXISTS shop CASCADE;
            DROP SCHEMA public CASCADE;
            CREATE SCHEMA public;
            """;
    private static final String SHOP = """
            CREATE SCHEMA shop;
            CREATE TYPE shop.state AS ENUM ('new', 'paid', 'sent');
            CREATE DOMAIN shop.cents AS bigint CHECK (VALUE >= 0);
            CREATE TABLE shop.customers (id int PRIMARY KEY, name text NOT NULL, born date, notes jsonb);
            CREATE TABLE shop.orders (
                id serial PRIMARY KEY,
                customer int NOT NULL REFERENCES shop.customers,
                state shop.state NOT NULL DEFAULT 'new',
                price shop.cents,
                placed timestamptz NOT NULL DEFAULT '2024-02-29 12:00:00+00');
            COMMENT ON TABLE shop.orders IS 'what customers want';
            CREATE INDEX orders_by_customer ON shop.orders (customer) WHERE state <> 'sent';
            CREATE VIEW shop.open_orders AS SELECT id, customer, price FROM shop.orders WHERE state <> 'sent';
            CREATE FUNCTION shop.total(who int) RETURNS numeric LANGUAGE sql STABLE
                AS 'SELECT sum(price) FROM shop.orders WHERE customer = who';
            INSERT INTO shop.customers SELECT i, 'customer ' || i, date '1970-01-01' + i, jsonb_build_object('n', i)
                FROM generate_series(1, 40) i;
            INSERT INTO shop.customers VALUES (41, E'tab\\there, "quote", \\\\ and \\u00fc\\u20ac\\U0001F418', NULL, NULL);
            INSERT INTO shop.orders (customer, state, price)
                SELECT 1 + i % 41, (ARRAY['new', 'paid', 'sent'])[1 + i % 3]::shop.state, i * 100
                FROM generate_series(1, 300) i;
            """;

    /** The name of a proxy that listens on no port. */
    private static final String IN_PROCESS = "scripts";

    private final TestDatabase database;
    private final ProxyServer proxy;
    private final @Nullable ProxyServer inProcess;

    private Twice(TestDatabase database, ProxyServer proxy, @Nullable ProxyServer inProcess) {
        this.database = database;
        this.proxy = proxy;
        this.inProcess = inProcess;
    }

    /** Starts a proxy before a database's server; each run finds a small shop in the database. */
    static Twice in(TestDatabase database) throws Exception {
        return new Twice(
                database, before(database).listen("127.0.0.1", 0).build().start(), null);
    }

    /** The same, and each script runs once more through a proxy in this process, without a port. */
    static Twice andInProcess(TestDatabase database) throws Exception {
        ProxyServer proxy = before(database).listen("127.0.0.1", 0).build().start();
        return new Twice(
                database, proxy, before(database).inProcess(IN_PROCESS).build().start());
    }

    /** Starts a proxy that logs in itself, and whose clients share its connections. */
    static Twice pooled(TestDatabase database, PoolSettings pool) throws Exception {
        return new Twice(
                database,
                ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(database.url(), pool)
                        .build()
                        .start(),
                null);
    }

    private static ProxyServerBuilder before(TestDatabase database) {
        return ProxyServer.builder().upstream("postgresql://" + database.host() + ":" + database.port());
    }

    /**
     * Runs a script without and with the proxy.
     *
     * @return what it saw, the same both times, for the test to look for what must be in it
     */
    String sees(Script script) throws Exception {
        String direct = run(script, database.host(), database.port());
        String proxied = run(script, database.host(), proxy.port());
        assertThat(proxied).as("what is seen through the proxy").isEqualTo(direct);
        if (inProcess != null) {
            String within = run(script, IN_PROCESS, 0);
            assertThat(within).as("what is seen without a port").isEqualTo(direct);
        }
        return direct;
    }

    private String run(Script script, String host, int port) throws Exception {
        database.execute(EMPTY + SHOP);
        Transcript seen = new Transcript();
        script.run(new Place(host, port, database.name(), database.user(), database.password()), seen);
        return OID.matcher(seen.toString())
                .replaceAll("OID")
                .replace(port == 0 ? "no port" : String.valueOf(port), "PORT")
                .replace(database.name(), "DATABASE");
    }

    /** Ends the proxy; whoever is still connected to it has forgotten to close. */
    @Override
    public void close() throws IOException {
        proxy.close();
        if (inProcess != null) {
            inProcess.close();
        }
    }
}
