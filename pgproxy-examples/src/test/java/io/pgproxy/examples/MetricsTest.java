package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** What an example tells by HTTP, and to whom: from its start to the end of its drain. */
@WithPostgres
class MetricsTest {
    private final TestDatabase database;

    MetricsTest(TestDatabase database) {
        this.database = database;
    }

    private RunningExample start(int metrics) throws Exception {
        return RunningExample.start(
                "passthrough",
                "--upstream",
                "postgresql://" + database.host() + ":" + database.port() + "/" + database.name(),
                "--listen",
                "127.0.0.1:0",
                "--metrics",
                "127.0.0.1:" + metrics);
    }

    @Test
    void probesSeeTheDrainAndScrapersGetAndHeadAlone() throws Exception {
        int port = HttpAnswer.freePort();
        try (RunningExample example = start(port);
                var connection = example.connect()) {
            assertThat(HttpAnswer.get(port, "/ready")).satisfies(MetricsTest::isOk);
            assertThat(HttpAnswer.get(port, "/live")).satisfies(MetricsTest::isOk);
            assertThat(HttpAnswer.get(port, "/metrics?name=x").body()).contains("pgproxy_connections{");
            HttpAnswer head = HttpAnswer.ask("HEAD", port, "/metrics");
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(HttpAnswer.ask("POST", port, "/metrics"))
                    .satisfies(refused -> assertThat(refused.status()).isEqualTo(405))
                    .satisfies(refused -> assertThat(refused.headers()).contains("Allow: GET, HEAD"));
            assertThat(HttpAnswer.get(port, "/metrics/more").status()).isEqualTo(404);
            assertThat(HttpAnswer.get(port, "/").status()).isEqualTo(404);

            // given: a transaction that the drain waits for
            connection.setAutoCommit(false);
            RunningExample.strings(connection, "SELECT 1");

            example.signal("TERM");

            Await.until("it drains", () -> HttpAnswer.get(port, "/ready").status() == 503);
            assertThat(HttpAnswer.get(port, "/ready").body()).isEqualTo("not ready\n");
            assertThat(HttpAnswer.get(port, "/live")).satisfies(MetricsTest::isOk);
            assertThat(HttpAnswer.get(port, "/metrics")
                            .meter("pgproxy_queries_total{kind=\"select\",source=\"upstream\",status=\"succeeded\"}"))
                    .isEqualTo(1);
            connection.commit();
            assertThat(example.exitCode()).isZero();
            assertThat(example.standardError()).isEmpty();
        }
    }

    private static void isOk(HttpAnswer answer) {
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void aPortThatIsTakenEndsWith1() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RunningExample example = start(taken.getLocalPort())) {
            assertThat(example.exitCode()).isEqualTo(1);
            assertThat(example.standardOutput()).isEmpty();
            assertThat(example.standardError())
                    .isEqualToNormalizingNewlines("pgproxy-examples passthrough: cannot listen on 127.0.0.1:"
                            + taken.getLocalPort() + " for --metrics: Address already in use\n");
        }
    }
}
