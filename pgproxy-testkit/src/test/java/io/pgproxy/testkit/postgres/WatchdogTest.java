package io.pgproxy.testkit.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.SlimJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchdogTest {

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM", "exit"})
    void noServerOutlivesItsJvm(String end) throws Exception {
        Process jvm = SlimJvm.start(OrphanedServer.class);
        try (BufferedReader output = new BufferedReader(new InputStreamReader(jvm.getInputStream(), UTF_8))) {
            Path primary = Path.of(Objects.requireNonNull(output.readLine()));
            Path replica = Path.of(Objects.requireNonNull(output.readLine()));
            ProcessHandle postmaster = postmaster(primary);
            ProcessHandle postmasterOfReplica = postmaster(replica);

            switch (end) {
                case "KILL" -> jvm.destroyForcibly();
                case "TERM" -> jvm.destroy();
                default -> jvm.getOutputStream().close();
            }

            assertThat(Waiting.forExit(postmaster, Duration.ofSeconds(20))).isTrue();
            assertThat(Waiting.forExit(postmasterOfReplica, Duration.ofSeconds(20)))
                    .isTrue();
            assertDeleted(primary.resolveSibling(""));
            assertDeleted(replica.resolveSibling(""));
        } finally {
            jvm.destroyForcibly();
            jvm.waitFor();
        }
    }

    private static ProcessHandle postmaster(Path data) throws IOException {
        String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0);
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private static void assertDeleted(Path run) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (Files.exists(run) && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(run).doesNotExist();
    }
}
