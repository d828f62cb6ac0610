package io.pgproxy.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalReplicaTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void aReplicaFollowsUntilItIsPromoted(int version) throws Exception {
        try (LocalPostgres primary =
                        LocalPostgres.builder().version(version).primary().start();
                LocalReplica replica = primary.startReplica()) {
            TestDatabase shop = primary.database("postgres");
            shop.execute("CREATE TABLE orders (id int); INSERT INTO orders VALUES (1)");
            replica.awaitReplay(PATIENCE);
            TestDatabase copy = replica.server().database("postgres");
            assertThat(copy.query("SELECT id FROM orders")).isEqualTo(List.of(List.of("1")));
            assertThatThrownBy(() -> copy.execute("INSERT INTO orders VALUES (2)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));

            String calls = "SELECT calls FROM pg_stat_statements WHERE query = 'SELECT id FROM orders'";
            assertThat(replica.server().query(calls)).isEqualTo(List.of(List.of("1")));
            assertThat(primary.query(calls)).isEmpty();

            replica.pauseReplay();
            shop.execute("INSERT INTO orders VALUES (3)");
            assertThatThrownBy(() -> replica.awaitReplay(Duration.ofMillis(10)))
                    .isInstanceOf(SQLTimeoutException.class)
                    .hasMessageContaining("replayed");
            assertThat(copy.query("SELECT id FROM orders")).hasSize(1);
            replica.resumeReplay();
            replica.awaitReplay(PATIENCE);
            assertThat(copy.query("SELECT id FROM orders")).hasSize(2);

            replica.promote();
            copy.execute("INSERT INTO orders VALUES (4)");
            assertThat(copy.query("SELECT id FROM orders")).hasSize(3);
            assertThat(shop.query("SELECT id FROM orders")).hasSize(2);
            assertThatThrownBy(() -> replica.awaitReplay(PATIENCE)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aReplicaHasSettingsOfItsOwnAndThoseOfThePrimary() throws Exception {
        try (LocalPostgres primary = LocalPostgres.builder()
                        .primary()
                        .superuser("Größte Chefin", "p w/@:")
                        .hba(
                                "host all all 127.0.0.1/32 scram-sha-256",
                                "host replication all 127.0.0.1/32 scram-sha-256")
                        .setting("max_connections", "17")
                        .setting("work_mem", "5MB")
                        .start();
                LocalReplica delayed = primary.newReplica()
                        .setting("recovery_min_apply_delay", "1h")
                        .setting("work_mem", "6MB")
                        .start();
                LocalReplica cold =
                        primary.newReplica().setting("hot_standby", "off").start()) {
            assertThat(delayed.server().query("SHOW max_connections")).isEqualTo(List.of(List.of("17")));
            assertThat(delayed.server().query("SHOW work_mem")).isEqualTo(List.of(List.of("6MB")));
            assertThat(primary.query("SHOW work_mem")).isEqualTo(List.of(List.of("5MB")));

            assertThatThrownBy(() -> cold.server().query("SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P03"));

            primary.execute("CREATE TABLE t AS SELECT 1 AS n");
            assertThatThrownBy(() -> delayed.awaitReplay(Duration.ofMillis(200)))
                    .isInstanceOf(SQLTimeoutException.class);
        }
    }

    @Test
    void eachMayGoDownAndComeBack() throws Exception {
        try (LocalPostgres primary = LocalPostgres.builder()
                        .primary()
                        .setting("synchronous_commit", "on")
                        .start();
                LocalReplica replica = primary.startReplica()) {
            int port = replica.server().port();
            primary.execute("CREATE TABLE t (n int)");
            replica.server().stop();
            primary.execute("INSERT INTO t VALUES (1); SELECT pg_switch_wal(); CHECKPOINT");
            primary.execute("INSERT INTO t VALUES (2); SELECT pg_switch_wal(); CHECKPOINT");
            replica.server().restart();
            replica.awaitReplay(PATIENCE);
            assertThat(replica.server().query("SELECT n FROM t")).hasSize(2);

            primary.stopImmediately();
            assertThat(replica.server().query("SELECT n FROM t")).hasSize(2);
            assertThatThrownBy(() -> replica.awaitReplay(PATIENCE)).isInstanceOf(SQLException.class);
            primary.restart();
            primary.execute("INSERT INTO t VALUES (3)");
            replica.awaitReplay(PATIENCE);
            replica.server().stopImmediately();
            replica.server().restart();
            replica.awaitReplay(PATIENCE);
            assertThat(replica.server().query("SELECT n FROM t")).hasSize(3);
            assertThat(replica.server().port()).isEqualTo(port);
        }
    }

    @Test
    void thePrimaryClosesItsReplicas() throws Exception {
        LocalPostgres primary = LocalPostgres.builder().primary().start();
        LocalReplica one = primary.startReplica();
        LocalReplica other = primary.startReplica();
        List<LocalPostgres> servers = List.of(primary, one.server(), other.server());
        List<Path> data = servers.stream().map(LocalReplicaTest::dataDirectory).toList();
        assertThat(data)
                .doesNotHaveDuplicates()
                .allSatisfy(path -> assertThat(path).exists());
        primary.execute("CREATE TABLE t ()");
        one.awaitReplay(PATIENCE);
        other.awaitReplay(PATIENCE);
        assertThat(primary.query("SELECT FROM pg_stat_replication")).hasSize(2);
        one.close();
        primary.close();
        assertThat(data).allSatisfy(path -> assertThat(path.getParent()).doesNotExist());
        for (LocalPostgres server : servers) {
            try (ServerSocket free = new ServerSocket(server.port())) {
                assertThat(free.isBound()).isTrue();
            }
        }
    }

    @Test
    void aReplicaThatDoesNotStartLeavesNothing() throws Exception {
        try (LocalPostgres primary = LocalPostgres.builder().primary().start()) {
            assertThatThrownBy(() -> primary.newReplica()
                            .setting("include", "nowhere.conf")
                            .start())
                    .hasMessageContaining("did not start")
                    .satisfies(failure -> {
                        Matcher path = Pattern.compile("\"(/.*)/data/nowhere.conf\"")
                                .matcher(String.valueOf(failure.getMessage()));
                        assertThat(path.find()).isTrue();
                        assertThat(Path.of(path.group(1))).doesNotExist();
                    });
            assertThat(primary.query("SELECT FROM pg_stat_replication")).isEmpty();
        }
    }

    @Test
    void thePrimaryMustBeOne(@WithPostgres LocalPostgres server) {
        assertThatThrownBy(server::startReplica)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("primary()");
    }

    private static Path dataDirectory(LocalPostgres server) {
        try {
            return Path.of(
                    String.valueOf(server.query("SHOW data_directory").get(0).get(0)));
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
    }
}
