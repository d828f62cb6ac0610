package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;

/** What the clients of {@code guarded} may do, what the server knows of them, and what the proxy tells of itself. */
@WithPostgres
class GuardedTest {
    private static final int MOST = 6;

    private static RunningExample example;
    private static TestDatabase database;
    private static int metrics;

    @BeforeAll
    static void start(TestDatabase given) throws Exception {
        database = given;
        metrics = HttpAnswer.freePort();
        example = RunningExample.start(
                "guarded",
                "--upstream",
                "postgresql://" + given.host() + ":" + given.port() + "/" + given.name(),
                "--listen",
                "127.0.0.1:0",
                "--max-connections",
                Integer.toString(MOST),
                "--query-timeout",
                "2500ms",
                "--max-rows",
                "100",
                "--max-bytes",
                "64kB",
                "--metrics",
                Integer.toString(metrics));
        example.readyLine();
    }

    @AfterAll
    static void end() throws Exception {
        example.signal("TERM");
        assertThat(example.exitCode()).isZero();
        assertThat(example.standardError()).isEmpty();
        example.close();
    }

    /** Those of the test before it may still take their leave. */
    @BeforeEach
    void nobodyIsThere() throws Exception {
        Await.until("nobody is there", () -> {
            HttpAnswer answer = scrape();
            return answer.meter("pgproxy_connections{state=\"serving\"}") == 0
                    && answer.meter("pgproxy_connections{state=\"login\"}") == 0;
        });
    }

    private static HttpAnswer scrape() throws Exception {
        return HttpAnswer.get(metrics, "/metrics");
    }

    private static Connection connect(String... properties) throws Exception {
        Properties login = new Properties();
        login.setProperty("user", database.user());
        for (int i = 0; i < properties.length; i += 2) {
            login.setProperty(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection(example.jdbcUrl().replaceFirst("\\?.*", ""), login);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT generate_series(1, 101)                          | 54000 | the result has more than 100 rows
            SELECT repeat('x', 1000) FROM generate_series(1, 99)    | 54000 | the result has more than 65536 bytes
            SELECT pg_sleep(60)                                     | 57014 | canceling statement due to
            """)
    void whoIsOverALimitIsToldAndGoesOn(String sql, String sqlState, String message) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute(sql))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            over -> assertThat(over.getSQLState()).isEqualTo(sqlState))
                    .hasMessageContaining(message);

            assertThat(RunningExample.strings(connection, "SELECT count(*) FROM generate_series(1, 100)"))
                    .containsExactly("100");
            assertThat(RunningExample.strings(connection, "SELECT generate_series(1, 100)"))
                    .hasSize(100);
        }
    }

    @Test
    void oneClientTooManyIsRefusedAndACancelRequestIsServed() throws Exception {
        List<Connection> all = new ArrayList<>();
        try {
            for (int i = 0; i < MOST; i++) {
                all.add(connect());
            }
            assertThatThrownBy(() -> connect().close())
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("53300"));

            try (Statement statement = all.get(0).createStatement()) {
                CompletableFuture<Void> running = CompletableFuture.runAsync(
                        () -> assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(61)"))
                                .hasMessageContaining("due to user request"));
                Await.until(
                        "it runs",
                        () -> !database.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                                .isEmpty());
                statement.cancel();
                running.join();
            }
        } finally {
            for (Connection connection : all) {
                connection.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            none                             | 2500ms
            -c statement_timeout=1s          | 1s
            --statement-timeout=1500         | 1500ms
            -c statement_timeout=1h          | 2500ms
            -c statement_timeout=0           | 2500ms
            -c statement_timeout=1s -c statement_timeout=0 | 2500ms
            """)
    void aClientLowersTheServersTimeoutAtItsStartAndNeverRaisesIt(String options, String inForce) throws Exception {
        try (Connection connection = options == null ? connect() : connect("options", options)) {
            assertThat(RunningExample.strings(connection, "SHOW statement_timeout"))
                    .containsExactly(inForce);
            assertThat(RunningExample.strings(connection, "SHOW idle_in_transaction_session_timeout"))
                    .containsExactly("5min");
        }
    }

    /** Without the last property this driver says its name by SET behind the login, which nobody reads. */
    @Test
    void theServerKnowsWhoIsThere() throws Exception {
        try (Connection connection = connect("ApplicationName", "reports", "assumeMinServerVersion", "9.0");
                Connection other = connect("ApplicationName", "later")) {
            assertThat(names(connection, "reports"))
                    .singleElement()
                    .asString()
                    .matches("reports \\[" + database.user() + "@127\\.0\\.0\\.1:[0-9]+]");
            assertThat(names(other, "later")).containsExactly("later");
        }
    }

    private static List<String> names(Connection connection, String beginning) throws Exception {
        return RunningExample.strings(
                connection,
                "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name LIKE '" + beginning + "%'");
    }

    @Test
    @EnabledIf("io.pgproxy.examples.Psql#isThere")
    void psqlIsGuardedToo() throws Exception {
        assertThat(Psql.run(
                        example.conninfo() + " options='-c statement_timeout=2s'",
                        "SHOW application_name",
                        "SHOW statement_timeout"))
                .contains("psql [" + database.user() + "@127.0.0.1:")
                .contains(" 2s");
        assertThatThrownBy(() -> Psql.run(example.conninfo(), "SELECT generate_series(1, 101)"))
                .hasMessageContaining("ERROR:  the result has more than 100 rows");
    }

    @Test
    void sessionsAreTransparent() throws Exception {
        try (Connection connection = connect("preferQueryMode", "simple", "allowEncodingChanges", "true");
                Statement statement = connection.createStatement()) {
            statement.execute("SET client_encoding = 'LATIN1'");
            statement.execute("SET standard_conforming_strings = off");
            assertThat(RunningExample.strings(connection, "SELECT length('\u00e4')"))
                    .containsExactly("1");
            connection.setAutoCommit(false);
            long large =
                    connection.unwrap(PGConnection.class).getLargeObjectAPI().createLO(); // by FunctionCall
            assertThat(large).isPositive();
            connection.rollback();
        }
        try (Connection connection =
                connect("replication", "database", "preferQueryMode", "simple", "assumeMinServerVersion", "9.4")) {
            assertThat(RunningExample.strings(connection, "IDENTIFY_SYSTEM")).hasSize(1);
        }
    }

    @Test
    void everyExecutionIsCounted() throws Exception {
        String selects = "pgproxy_queries_total{kind=\"select\",source=\"upstream\",status=\"succeeded\"}";
        double before = scrape().meter(selects);
        try (Connection connection = connect()) {
            for (int i = 0; i < 3; i++) {
                RunningExample.strings(connection, "SELECT 1");
            }
            assertThat(scrape().meter("pgproxy_connections{state=\"serving\"}")).isEqualTo(1);
        }

        assertThat(scrape().meter(selects) - before).isEqualTo(3);
    }

    /** The names in docs/metrics.md that only this registry can tell; {@link PooledTest} has those of pools. */
    @Test
    void prometheusSeesTheNamesThatAreDocumented() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("SELECT generate_series(1, 101)"))
                    .isInstanceOf(SQLException.class);
        }
        HttpAnswer answer = scrape();

        assertThat(answer.headers()).contains("text/plain; version=0.0.4");
        assertThat(PrometheusNames.told(answer))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(PrometheusNames.documented().stream()
                        .filter(name -> !PrometheusNames.isOfPools(name))
                        .toList());
        assertThat(answer.body()).contains("jvm_memory_used_bytes{", "jvm_threads_live_threads ", "jvm_gc_");
    }
}
