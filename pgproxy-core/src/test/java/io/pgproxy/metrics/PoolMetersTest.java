package io.pgproxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.pool.PoolMode;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.PoolView;
import io.pgproxy.pool.UpstreamPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a registry shows of pools, and for how long. */
class PoolMetersTest {
    /** A number of its own for each value. */
    private static final PoolView VIEW = new PoolView(
            "replica",
            PoolMode.TRANSACTION,
            100,
            50,
            20,
            13,
            70,
            9,
            Duration.ofMillis(1_500),
            false,
            new PoolView.Counts(1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    /** Shows the same view always. */
    private record Shown(PoolView view) implements UpstreamPool {
        @Override
        public boolean pause(Duration deadline) {
            return false;
        }

        @Override
        public void resume() {}

        @Override
        public void drain() {}
    }

    /** The meters of pools: their names, behind those the state if there is one, and what they show. */
    private Map<String, Double> shown(String upstream) {
        return registry.getMeters().stream()
                .filter(meter -> upstream.equals(meter.getId().getTag("upstream")))
                .collect(Collectors.toMap(
                        PoolMetersTest::name,
                        meter -> meter.measure().iterator().next().getValue(),
                        (one, other) -> {
                            throw new AssertionError("twice the same name");
                        },
                        TreeMap::new));
    }

    private static String name(Meter meter) {
        String state = meter.getId().getTag("state");
        String name = meter.getId().getName().replaceFirst("^pgproxy\\.pool\\.", "");
        return state == null ? name : name + " " + state;
    }

    private Set<String> upstreams() {
        return registry.getMeters().stream()
                .map(meter -> meter.getId().getTag("upstream"))
                .filter(upstream -> upstream != null)
                .collect(Collectors.toSet());
    }

    @Test
    void everyValueOfAViewHasItsMeterUntilThePoolIsGone() {
        MicrometerMetrics metrics = MicrometerMetrics.of(registry);
        UpstreamPool pool = new Shown(VIEW);

        metrics.pooled(pool);

        assertThat(shown("replica"))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("connections idle", 20.0),
                        Map.entry("connections active", 17.0),
                        Map.entry("connections pinned", 13.0),
                        Map.entry("maximum", 100.0),
                        Map.entry("clients", 70.0),
                        Map.entry("waiting", 9.0),
                        Map.entry("longest.wait", 1.5),
                        Map.entry("opened", 1.0),
                        Map.entry("failed", 2.0),
                        Map.entry("closed", 3.0),
                        Map.entry("destroyed", 4.0),
                        Map.entry("taken", 5.0),
                        Map.entry("waits", 6.0),
                        Map.entry("timeouts", 7.0),
                        Map.entry("prepared", 8.0),
                        Map.entry("settled", 10.0),
                        Map.entry("resets", 11.0),
                        Map.entry("healed", 12.0)));

        metrics.unpooled(pool);

        assertThat(upstreams()).isEmpty();
        assertThat(registry.find("pgproxy.connections").gauges()).isNotEmpty();
    }

    private ProxyServerBuilder server(int port, int maximum) {
        return ProxyServer.builder()
                .listen("127.0.0.1", port)
                .upstream("postgresql://nobody@127.0.0.1:1", PoolSettings.transaction(maximum))
                .upstream("replica", "postgresql://nobody@127.0.0.1:1", PoolSettings.session(maximum + 1))
                .upstream("other", "postgresql://nobody@127.0.0.1:1")
                .metrics(MicrometerMetrics.of(registry));
    }

    @Test
    void poolsAreShownWhileTheirServerRuns() throws Exception {
        ProxyServer server = server(0, 7).build();
        assertThat(upstreams()).isEmpty();

        server.start();
        assertThat(upstreams()).containsExactlyInAnyOrder("main", "replica");
        assertThat(shown("main")).containsEntry("maximum", 7.0);
        assertThat(shown("replica")).containsEntry("maximum", 8.0);

        server.close();
        assertThat(upstreams()).isEmpty();

        try (ProxyServer next = server(0, 3).build().start()) {
            assertThat(next.pools()).hasSize(2);
            assertThat(shown("main")).containsEntry("maximum", 3.0);
        }
        assertThat(upstreams()).isEmpty();
    }

    @Test
    void aServerThatCannotStartLeavesNoMeter() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ProxyServer server = server(taken.getLocalPort(), 7).build()) {
            assertThatThrownBy(server::start).isInstanceOf(IOException.class);

            assertThat(upstreams()).isEmpty();
        }
    }

    @Test
    void theEndOfAServerLeavesTheMetersOfAnother() throws Exception {
        try (ProxyServer first = server(0, 7).build().start()) {
            server(0, 3).build().start().close();

            assertThat(first.isReady()).isTrue();
            assertThat(shown("main")).containsEntry("maximum", 7.0);
        }
        assertThat(upstreams()).isEmpty();
    }
}
