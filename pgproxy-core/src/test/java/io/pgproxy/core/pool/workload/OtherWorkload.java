package io.pgproxy.core.pool.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.clients.Program;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A program that is all clients of a driver at once, in a language of its own, and says what was wrong. */
final class OtherWorkload {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long BETWEEN = 20_000_000;
    private static final Pattern QUERIES = Pattern.compile("(?m)^queries: (\\d+)$");

    /** What a client asks at least. */
    private static final int LEAST = 15;

    private OtherWorkload() {}

    /** Runs it, and counts the server's connections meanwhile. */
    static void run(PooledProxy proxy, Duration lasting, Started started) throws Exception {
        Map<String, String> size = Map.of(
                "WORKLOAD_CLIENTS", String.valueOf(Extent.CLIENTS),
                "WORKLOAD_ROUNDS", String.valueOf(Rounds.LEAST),
                "WORKLOAD_MILLIS", String.valueOf(lasting.toMillis()));
        CompletableFuture<Program.Said> ended = CompletableFuture.supplyAsync(() -> {
            try {
                return started.run(size, lasting.plus(PATIENCE));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        while (!ended.isDone()) {
            proxy.census().now();
            LockSupport.parkNanos(BETWEEN);
        }
        Program.Said said = ended.join();
        System.out.println(said.output().strip() + ", " + proxy.view());
        assertThat(said.output()).doesNotContain("wrong:");
        assertThat(said.exitCode()).isZero();
        assertThat(QUERIES.matcher(said.output()).results().map(OtherWorkload::number))
                .singleElement()
                .satisfies(queries -> assertThat(queries).isGreaterThan((long) LEAST * Extent.CLIENTS));
        assertThat(proxy.census().most())
                .as("connections of the server at a time")
                .isBetween(1, Extent.CONNECTIONS);
        proxy.assertSettled();
    }

    private static long number(MatchResult queries) {
        return Long.parseLong(queries.group(1));
    }

    /** Runs the program. */
    @FunctionalInterface
    interface Started {
        Program.Said run(Map<String, String> size, Duration patience) throws Exception;
    }
}
