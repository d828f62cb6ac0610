package io.pgproxy.metrics;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.PoolView;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.Test;

/** What a registry shows of a pool at work. */
@WithPostgres
class PoolsAgreeTest {
    private final TestDatabase database;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    PoolsAgreeTest(TestDatabase database) {
        this.database = database;
    }

    private double gauge(String name, String... tags) {
        return registry.get("pgproxy.pool." + name).tags(tags).gauge().value();
    }

    private long count(String name) {
        return (long) registry.get("pgproxy.pool." + name).functionCounter().count();
    }

    private ScriptedClient login(ProxyServer server) throws Exception {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", server.port());
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    @Test
    void aClientInATransactionIsShownAndOneThatWaitsForIt() throws Exception {
        try (ProxyServer server = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(database.url(), PoolSettings.transaction(1))
                        .metrics(MicrometerMetrics.of(registry))
                        .build()
                        .start();
                ScriptedClient busy = login(server);
                ScriptedClient late = login(server)) {
            busy.send(query("begin"));
            busy.expect("CZ");
            assertThat(gauge("connections", "state", "active")).isEqualTo(1);
            assertThat(gauge("connections", "state", "idle")).isZero();
            assertThat(gauge("clients")).isEqualTo(2);

            late.send(query("select 1"));
            Await.until("it waits", () -> gauge("waiting") == 1 && gauge("longest.wait") > 0);
            busy.send(query("commit"));
            busy.expect("CZ");
            late.expect("TDCZ");

            Await.until("the connection is back", () -> gauge("connections", "state", "idle") == 1);
            assertThat(gauge("waiting")).isZero();
            assertThat(gauge("longest.wait")).isZero();
            assertThat(count("waits")).isEqualTo(1);
            PoolView.Counts counts = server.pool("main").view().counts();
            assertThat(count("opened")).isEqualTo(counts.opened()).isEqualTo(1);
            assertThat(count("taken")).isEqualTo(counts.taken()).isGreaterThanOrEqualTo(2);
        }
    }
}
