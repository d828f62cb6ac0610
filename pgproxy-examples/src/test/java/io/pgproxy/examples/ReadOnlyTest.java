package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The read-only proxy in front of a server that asks for a password. */
@WithPostgres(hba = "host all reader 127.0.0.1/32 scram-sha-256")
class ReadOnlyTest {

    @TempDir
    private Path directory;

    private TestDatabase database;

    @BeforeEach
    void prepare(TestDatabase given) throws Exception {
        database = given;
        database.execute("""
                DROP TABLE IF EXISTS orders;
                CREATE TABLE orders (id int);
                INSERT INTO orders VALUES (1), (2);
                CREATE ROLE reader LOGIN PASSWORD 'se#cret';
                GRANT ALL ON orders TO reader;
                """);
    }

    @AfterEach
    void tidy() throws Exception {
        database.execute("DROP TABLE orders; DROP ROLE reader");
    }

    private RunningExample start(String... environment) throws IOException {
        List<String> command = new ArrayList<>(List.of("env"));
        command.addAll(List.of(environment));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                RunningExample.jar().toString(),
                "read-only"));
        return RunningExample.start(command, directory);
    }

    private void writeDotEnv(String user, String password) throws IOException {
        Files.writeString(directory.resolve(".env"), """
                UPSTREAM_HOST=%s
                UPSTREAM_PORT=%d
                UPSTREAM_USER=%s
                UPSTREAM_PASSWORD="%s"
                UPSTREAM_DATABASE=%s # where the orders are
                LISTEN_HOST=127.0.0.1
                LISTEN_PORT=0
                """.formatted(
                        database.host(), database.port(), user, password, database.name()));
    }

    @Test
    void readingPassesAndWritingIsRefused() throws Exception {
        writeDotEnv("reader", "se#cret");
        try (RunningExample example = start("LOG_LEVEL=warn");
                Connection connection = example.connect();
                Statement statement = connection.createStatement()) {
            assertThat(RunningExample.strings(connection, "SELECT count(*) FROM orders"))
                    .containsExactly("2");
            for (String write : List.of(
                    "INSERT INTO orders VALUES (3)",
                    "WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM gone",
                    "SET default_transaction_read_only = off")) {
                assertThatThrownBy(() -> statement.execute(write))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                refused -> assertThat(refused.getSQLState()).isEqualTo("25006"))
                        .hasMessageContaining("Write operations are not permitted: ");
            }
            assertThat(database.query("SELECT count(*) FROM orders")).isEqualTo(List.of(List.of("2")));

            example.signal("TERM");

            assertThat(example.exitCode()).isZero();
            assertThat(example.standardOutput()).isEqualTo(example.readyLine() + "\n");
            assertThat(example.standardError().lines())
                    .singleElement()
                    .asString()
                    .contains("clients are not asked for a password");
        }
    }

    @Test
    void otherDatabasesAreNotServed() throws Exception {
        writeDotEnv("reader", "se#cret");
        try (RunningExample example = start()) {
            String other = example.jdbcUrl().replace("/" + database.name() + "?", "/postgres?");
            assertThatThrownBy(() -> DriverManager.getConnection(other).close())
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("3D000"));
        }
    }

    @Test
    void resultsAreServedUntilTheCacheIsReset() throws Exception {
        writeDotEnv("reader", "se#cret");
        String query = "SELECT count(*) FROM orders";
        try (RunningExample example = start();
                Connection one = example.connect();
                Connection two = example.connect()) {
            assertThat(RunningExample.strings(one, query)).containsExactly("2");
            database.execute("INSERT INTO orders VALUES (3)");
            assertThat(RunningExample.strings(two, query)).containsExactly("2");

            assertThat(RunningExample.strings(one, "SELECT pgproxy_cache_reset()"))
                    .containsExactly("1");

            assertThat(RunningExample.strings(two, query)).containsExactly("3");
            assertThat(RunningExample.strings(two, "SELECT RUSTPROXY_CACHE_RESET()"))
                    .containsExactly("1");
        }
    }

    @Test
    void withoutATimeNothingIsCached() throws Exception {
        writeDotEnv("reader", "se#cret");
        try (RunningExample example = start("CACHE_TTL_SECONDS=0");
                Connection connection = example.connect()) {
            assertThat(RunningExample.strings(connection, "SELECT count(*) FROM orders"))
                    .containsExactly("2");
            database.execute("DELETE FROM orders");
            assertThat(RunningExample.strings(connection, "SELECT count(*) FROM orders"))
                    .containsExactly("0");
        }
    }

    @Test
    void clientsShareConnectionsThatStayReadOnly() throws Exception {
        writeDotEnv("reader", "se#cret");
        try (RunningExample example = start("POOL_SIZE=2")) {
            List<Connection> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 5; i++) {
                    clients.add(example.connect());
                }
                Set<String> backends = new HashSet<>();
                for (Connection client : clients) {
                    backends.addAll(RunningExample.strings(client, "SELECT pg_backend_pid()"));
                    assertThat(RunningExample.strings(client, "SHOW default_transaction_read_only"))
                            .containsExactly("on");
                    try (Statement statement = client.createStatement()) {
                        assertThatThrownBy(() -> statement.execute("DELETE FROM orders"))
                                .hasMessageContaining("Write operations are not permitted: ");
                    }
                }
                assertThat(backends).hasSizeBetween(1, 2);
            } finally {
                for (Connection client : clients) {
                    client.close();
                }
            }
        }
    }

    @Test
    void aSuperuserIsTold() throws Exception {
        writeDotEnv(database.user(), "any");
        try (RunningExample example = start("POOL_SIZE=7")) {
            assertThat(example.readyLine()).startsWith("ready: psql \"host=127.0.0.1 port=");

            example.signal("INT");

            assertThat(example.exitCode()).isZero();
            assertThat(example.standardError()).doesNotContain("POOL_SIZE").contains("UPSTREAM_USER is a superuser");
        }
    }

    @Test
    void aWrongPasswordEndsWith1BeforeThePortOpens() throws Exception {
        writeDotEnv("reader", "se#cret");
        try (RunningExample example = start("UPSTREAM_PASSWORD=wrong", "LOG_LEVEL=error")) {
            assertThat(example.exitCode()).isEqualTo(1);
            assertThat(example.standardOutput()).isEmpty();
            assertThat(example.standardError().lines())
                    .singleElement()
                    .asString()
                    .startsWith("pgproxy-examples read-only: upstream " + database.host() + ":" + database.port()
                            + " refuses the login: ")
                    .contains("password authentication failed for user \"reader\"")
                    .doesNotContain("wrong");
        }
    }

    @Test
    void whatIsMissingIsNamedInOneLine() throws Exception {
        try (RunningExample example = start("UPSTREAM_HOST=127.0.0.1", "UPSTREAM_USER=")) {
            assertEndsWith2(
                    example,
                    "missing in the environment and in .env: UPSTREAM_USER, UPSTREAM_PASSWORD, UPSTREAM_DATABASE");
        }
    }

    @Test
    void whatIsWrongIsNamedInOneLine() throws Exception {
        writeDotEnv("reader", "se#cret");
        try (RunningExample example = start("POOL_SIZE=0")) {
            assertEndsWith2(example, "POOL_SIZE is '0': give a whole number from 1 to 10000");
        }
        Files.writeString(directory.resolve(".env"), "UPSTREAM_PASSWORD='hush");
        try (RunningExample example = start()) {
            assertEndsWith2(example, ".env, line 1: a quote is not closed, or something stands behind it");
        }
    }

    private static void assertEndsWith2(RunningExample example, String complaint) throws Exception {
        assertThat(example.exitCode()).isEqualTo(2);
        assertThat(example.standardOutput()).isEmpty();
        assertThat(example.standardError())
                .isEqualToNormalizingNewlines(
                        "pgproxy-examples read-only: " + complaint + " (try pgproxy-examples read-only --help)\n");
    }

    @Test
    void theDemoNeedsNoEnvironment() throws Exception {
        int metrics = HttpAnswer.freePort();
        List<String> command = List.of(
                "env",
                "LISTEN_PORT=0",
                "POOL_SIZE=3",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                RunningExample.jar().toString(),
                "read-only",
                "--demo",
                "--metrics",
                Integer.toString(metrics));
        try (RunningExample example = RunningExample.start(command, directory);
                Connection connection = example.connect();
                Statement statement = connection.createStatement()) {
            assertThat(example.readyLine())
                    .matches("ready: psql \"host=127\\.0\\.0\\.1 port=[1-9]\\d* user=shop dbname=shop\"");
            assertThat(RunningExample.strings(connection, "SELECT count(*) FROM orders"))
                    .containsExactly("2000");
            assertThatThrownBy(() -> statement.execute("DELETE FROM order_items"))
                    .hasMessageContaining("Write operations are not permitted: ");
            HttpAnswer answer = HttpAnswer.get(metrics, "/metrics");
            assertThat(answer.meter("pgproxy_queries_total{kind=\"delete\",source=\"proxy\",status=\"refused\"}"))
                    .isEqualTo(1);
            assertThat(answer.meter("pgproxy_pool_maximum{upstream=\"main\"}")).isEqualTo(3);
        }
    }
}
