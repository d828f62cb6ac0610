package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proxies whose clients share connections, from the command line. */
@WithPostgres
class PooledTest {
    private final TestDatabase database;

    PooledTest(TestDatabase database) {
        this.database = database;
    }

    private String upstream(String user) {
        return "postgresql://" + user + database.host() + ":" + database.port() + "/" + database.name();
    }

    private static Connection connect(RunningExample example, String login) throws Exception {
        return DriverManager.getConnection(example.jdbcUrl().replaceFirst("user=.*", login));
    }

    @Test
    void clientsShareTheConnectionsOfTheUrlsUser() throws Exception {
        int metrics = HttpAnswer.freePort();
        try (RunningExample example = RunningExample.start(
                "guarded",
                "--listen",
                "127.0.0.1:0",
                "--pool-mode",
                "Transaction",
                "--pool-size",
                "3",
                "--max-rows",
                "10",
                "--metrics",
                Integer.toString(metrics),
                "--upstream",
                upstream(database.user() + "@"))) {
            try (Connection one = connect(example, "user=one");
                    Connection other = connect(example, "user=other")) {
                for (Connection client : new Connection[] {one, other, one}) {
                    assertThat(RunningExample.strings(client, "SELECT current_user"))
                            .containsExactly(database.user());
                    assertThat(RunningExample.strings(client, "SHOW statement_timeout"))
                            .containsExactly("30s");
                }
            }
            HttpAnswer answer = HttpAnswer.get(metrics, "/metrics");
            assertThat(answer.meter("pgproxy_pool_maximum{upstream=\"main\"}")).isEqualTo(3);
            assertThat(PrometheusNames.told(answer))
                    .filteredOn(PrometheusNames::isOfPools)
                    .isNotEmpty()
                    .containsExactlyInAnyOrderElementsOf(PrometheusNames.documented().stream()
                            .filter(PrometheusNames::isOfPools)
                            .toList());

            example.signal("TERM");

            assertThat(example.exitCode()).isZero();
            assertThat(example.standardError()).isEmpty();
        }
    }

    /** Six clients at once, each in as many transactions; the server has never more than two of theirs. */
    @Test
    void moreClientsThanConnectionsAreServed() throws Exception {
        int metrics = HttpAnswer.freePort();
        try (RunningExample example = RunningExample.start(
                "guarded",
                "--listen",
                "127.0.0.1:0",
                "--pool-mode",
                "transaction",
                "--pool-size",
                "2",
                "--metrics",
                Integer.toString(metrics),
                "--upstream",
                upstream(database.user() + "@"))) {
            List<Connection> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 6; i++) {
                    clients.add(connect(example, "user=client" + i));
                }
                Set<String> backends = new HashSet<>();
                for (int round = 0; round < 6; round++) {
                    for (Connection client : clients) {
                        backends.addAll(RunningExample.strings(client, "SELECT pg_backend_pid()"));
                    }
                }
                assertThat(backends).hasSizeBetween(1, 2);
                HttpAnswer answer = HttpAnswer.get(metrics, "/metrics");
                assertThat(answer.meter("pgproxy_pool_clients{upstream=\"main\"}"))
                        .isEqualTo(6);
                // One that was opened for a login need not have run a statement.
                double opened = answer.meter("pgproxy_pool_opened_total{upstream=\"main\"}");
                assertThat(opened).isBetween((double) backends.size(), 2.0);
                assertThat(answer.meter("pgproxy_pool_taken_total{upstream=\"main\"}"))
                        .isGreaterThanOrEqualTo(36);
                // A client may have its answer while what it set is still undone on its connection.
                Await.until("all connections are idle", () -> {
                    HttpAnswer now = HttpAnswer.get(metrics, "/metrics");
                    return now.meter("pgproxy_pool_connections{state=\"idle\",upstream=\"main\"}")
                            == now.meter("pgproxy_pool_opened_total{upstream=\"main\"}");
                });
            } finally {
                for (Connection client : clients) {
                    client.close();
                }
            }
        }
    }

    @Test
    void anUpstreamWhereClientsLogInThemselvesIsNotShared() throws Exception {
        try (RunningExample example = RunningExample.start(
                "guarded", "--listen", "127.0.0.1:0", "--pool-mode", "session", "--upstream", upstream(""))) {
            assertThat(example.exitCode()).isEqualTo(2);
            assertThat(example.standardOutput()).isEmpty();
            assertThat(example.standardError().lines())
                    .singleElement()
                    .asString()
                    .startsWith("pgproxy-examples guarded: upstream main")
                    .contains("cannot be pooled", "give its URL a user")
                    .endsWith(" (try pgproxy-examples guarded --help)");
        }
    }

    @Test
    void clientsThatTheProxyKnowsShareTheirOwnConnections(@TempDir Path directory) throws Exception {
        Path users = Files.writeString(directory.resolve("users.txt"), "\"" + database.user() + "\" \"s3cret\"\n");
        try (RunningExample example = RunningExample.start(
                        "guarded",
                        "--listen",
                        "127.0.0.1:0",
                        "--pool-mode",
                        "transaction",
                        "--auth",
                        "scram",
                        "--users",
                        users.toString(),
                        "--upstream",
                        upstream(""));
                Connection connection = connect(example, "user=" + database.user() + "&password=s3cret")) {
            assertThat(RunningExample.strings(connection, "SELECT current_user"))
                    .containsExactly(database.user());
        }
    }

    /** Whoever comes is the demo's one user there. */
    @Test
    void theDemoIsSharedToo() throws Exception {
        int metrics = HttpAnswer.freePort();
        try (RunningExample example = RunningExample.start(
                        "guarded",
                        "--demo",
                        "--listen",
                        "127.0.0.1:0",
                        "--pool-mode",
                        "statement",
                        "--metrics",
                        Integer.toString(metrics));
                Connection connection = connect(example, "user=anybody")) {
            assertThat(RunningExample.strings(connection, "SELECT count(*) FROM orders"))
                    .containsExactly("2000");
            assertThat(RunningExample.strings(connection, "SELECT current_user"))
                    .containsExactly("shop");
            assertThat(HttpAnswer.get(metrics, "/metrics").meter("pgproxy_pool_maximum{upstream=\"main\"}"))
                    .isEqualTo(20);
        }
    }
}
