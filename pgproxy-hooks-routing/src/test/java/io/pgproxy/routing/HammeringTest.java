package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.Reply;
import io.pgproxy.testkit.hook.HookTester;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions of several threads share a split, while its topology changes under them. */
@Timeout(120)
class HammeringTest {
    private static final int SESSIONS = 3;
    private static final int QUERIES = 600;

    @Test
    void everyReadIsAnsweredOnceAndNothingIsLeftCounted() throws Exception {
        Servers servers = new Servers();
        servers.get("a").primary(1000);
        servers.get("b").standby(1000);
        servers.get("c").standby(1000);
        for (Balance balance : Balance.values()) {
            ExecutorService threads = Executors.newFixedThreadPool(SESSIONS + 1);
            try (Topology topology = Topology.builder()
                    .writer("a", Servers.url("a"))
                    .reader("b", Servers.url("b"))
                    .reader("c", Servers.url("c"))
                    .probe(Quick.PROBES)
                    .start(servers)) {
                ReadWriteSplit split =
                        ReadWriteSplit.over(topology).policy(balance).build();
                AtomicBoolean over = new AtomicBoolean();
                Future<?> changing = threads.submit(() -> {
                    while (!over.get()) {
                        topology.banNow("b");
                        topology.remove("c");
                        topology.put(new Node("c", Servers.url("c"), Node.Role.READER, 3));
                        Patience.until("c is back", () -> topology.view().reader("c") != null);
                        Patience.until("b is back", () -> topology.view().reader("b") != null);
                    }
                });
                List<Future<Long>> running = new ArrayList<>();
                for (int i = 0; i < SESSIONS; i++) {
                    running.add(threads.submit(() -> run(split)));
                }
                long ran = 0;
                for (Future<Long> one : running) {
                    ran += one.get();
                }
                over.set(true);
                changing.get();

                SplitCounts counts = split.counts();
                assertThat(ran).isEqualTo(SESSIONS * QUERIES);
                assertThat(counts.writes() + counts.reads() + counts.afterWrites() + counts.lagging() + counts.stale())
                        .isEqualTo(SESSIONS * QUERIES);
                assertThat(counts.reads()).isPositive();
                assertThat(split.inFlight("b")).isZero();
                assertThat(split.inFlight("c")).isZero();
            } finally {
                threads.shutdownNow();
            }
        }
    }

    /** How many ran, on whatever server. */
    private static long run(ReadWriteSplit split) {
        long ran = 0;
        try (HookTester tester = HookTester.of("split", split.hook())
                .upstream("main", sql -> Reply.command("DONE"))
                .upstream("b", sql -> Reply.command("DONE"))
                .upstream("c", sql -> Reply.command("DONE"))) {
            for (int i = 0; i < QUERIES; i++) {
                var seen = tester.query(i % 100 == 0 ? "INSERT INTO orders VALUES (1)" : "SELECT 1");
                ran += seen.ran("main").size()
                        + seen.ran("b").size()
                        + seen.ran("c").size();
            }
        }
        return ran;
    }
}
