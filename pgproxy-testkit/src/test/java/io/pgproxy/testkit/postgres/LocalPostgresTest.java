package io.pgproxy.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPostgresTest {

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void theWantedVersionRuns(int version) throws Exception {
        try (LocalPostgres server = LocalPostgres.builder().version(version).start()) {
            assertThat(server.version()).isEqualTo(version);
            assertThat(server.query("SHOW server_version_num").get(0).get(0)).startsWith(version + "00");
        }
    }

    @Test
    void aVersionThatIsNowhereIsNamedInTheError() {
        assertThatThrownBy(() -> LocalPostgres.builder().version(7).dedicated().start())
                .hasMessageContaining("no PostgreSQL 7");
    }

    @Test
    void settingsAndSuperuserAreAsAsked() throws Exception {
        try (LocalPostgres server = LocalPostgres.builder()
                .setting("max_connections", "17")
                .setting("application_name", "it's")
                .superuser("Größte Chefin", "p w/@:")
                .start()) {
            assertThat(server.query("SHOW max_connections")).isEqualTo(List.of(List.of("17")));
            assertThat(server.query("SELECT current_user, reset_val FROM pg_settings WHERE name='fsync'"))
                    .isEqualTo(List.of(List.of("Größte Chefin", "off")));
            assertThat(server.query(
                            "SELECT boot_val, reset_val FROM pg_settings WHERE name='default_text_search_config'"))
                    .isEqualTo(List.of(List.of("pg_catalog.simple", "pg_catalog.english")));
        }
    }

    @Test
    void aLineOfPgHbaComesBeforeTheTrust() throws Exception {
        try (LocalPostgres server = LocalPostgres.builder()
                .hba("host all guest 127.0.0.1/32 scram-sha-256", "host all postgres 127.0.0.1/32 scram-sha-256")
                .start()) {
            server.execute("CREATE ROLE guest LOGIN PASSWORD 'welcome'");
            String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres";
            try (Connection connection = DriverManager.getConnection(url, "guest", "welcome")) {
                assertThat(connection.isValid(5)).isTrue();
            }
            assertThatThrownBy(() -> DriverManager.getConnection(url, "guest", "wrong"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
            assertThatThrownBy(() -> DriverManager.getConnection(url, "postgres", "wrong"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void aRestartKeepsDataAndPort() throws Exception {
        try (LocalPostgres server = LocalPostgres.builder().dedicated().start()) {
            int port = server.port();
            server.execute("CREATE TABLE kept AS SELECT 42 AS n");
            server.restart();
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.query("SELECT n FROM kept")).isEqualTo(List.of(List.of("42")));
        }
    }

    @Test
    void afterAStopThePortRefuses() throws Exception {
        try (LocalPostgres server = LocalPostgres.builder().dedicated().start()) {
            server.stop();
            assertThatThrownBy(() -> server.query("SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08001"));
            server.restart();
            assertThat(server.query("SELECT 1")).hasSize(1);
        }
    }

    @Test
    void aKilledServerBreaksItsConnectionsAndRecovers() throws Exception {
        try (LocalPostgres server = LocalPostgres.builder()
                .dedicated()
                .setting("synchronous_commit", "on")
                .start()) {
            server.execute("CREATE TABLE kept AS SELECT 42 AS n");
            try (Connection connection = server.connect("postgres");
                    Statement statement = connection.createStatement()) {
                server.kill();
                assertThatThrownBy(() -> statement.execute("SELECT 1"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).startsWith("08"));
            }
            server.restart();
            assertThat(server.query("SELECT n FROM kept")).isEqualTo(List.of(List.of("42")));
            assertThat(server.log()).contains("database system was not properly shut down");
        }
    }

    @Test
    void anImmediateStopLeavesTheRecoveryToTheNextStart() throws Exception {
        try (LocalPostgres server = LocalPostgres.builder()
                .dedicated()
                .setting("synchronous_commit", "on")
                .start()) {
            server.execute("CREATE TABLE kept AS SELECT 42 AS n");
            try (Connection connection = server.connect("postgres");
                    Statement statement = connection.createStatement()) {
                server.stopImmediately();
                assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
            }
            server.stopImmediately();
            server.restart();
            assertThat(server.query("SELECT n FROM kept")).isEqualTo(List.of(List.of("42")));
            assertThat(server.log())
                    .containsOnlyOnce("received immediate shutdown request")
                    .contains("database system was not properly shut down");
        }
    }

    @Test
    void aKilledBackendTakesTheOthersWithIt() throws Exception {
        try (LocalPostgres server = LocalPostgres.builder().dedicated().start();
                Connection victim = server.connect("postgres");
                Connection other = server.connect("postgres");
                Statement statement = other.createStatement()) {
            int pid = victim.unwrap(org.postgresql.PGConnection.class).getBackendPID();
            server.killBackend(pid);
            assertThatThrownBy(() -> {
                        while (true) {
                            statement.execute("SELECT 1");
                        }
                    })
                    .isInstanceOf(SQLException.class);
            assertThat(server.log()).contains("was terminated by signal 9");
            assertThatThrownBy(() -> server.killBackend(ProcessHandle.current().pid()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aServerThatDoesNotStartSaysWhy() {
        assertThatThrownBy(() -> LocalPostgres.builder()
                        .setting("max_connections", "plenty")
                        .start())
                .hasMessageContaining("did not start")
                .hasMessageContaining("max_connections");
    }

    @Test
    void nothingIsLeftAfterClose() throws Exception {
        LocalPostgres server = LocalPostgres.builder().dedicated().start();
        Path data = Path.of(
                String.valueOf(server.query("SHOW data_directory").get(0).get(0)));
        assertThat(data).exists();
        server.kill();
        server.close();
        assertThat(Files.exists(data.getParent())).isFalse();
        try (ServerSocket free = new ServerSocket(server.port())) {
            assertThat(free.isBound()).isTrue();
        }
    }

    @Test
    void databasesHaveAnyNameAndAreCopies() throws Exception {
        try (LocalPostgres server = LocalPostgres.builder().dedicated().start()) {
            TestDatabase shop = server.createDatabase("the \"shop\" & more");
            shop.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (NULL)");
            TestDatabase copy = server.createDatabase("copy", shop.name());
            assertThat(copy.query("SELECT a FROM t").get(1).get(0)).isNull();
            try (Connection connection = DriverManager.getConnection(shop.jdbcUrl())) {
                assertThat(connection.getCatalog()).isEqualTo(shop.name());
                shop.drop();
                copy.drop();
                assertThat(server.query("SELECT count(*) FROM pg_database")).isEqualTo(List.of(List.of("3")));
            }
        }
    }
}
