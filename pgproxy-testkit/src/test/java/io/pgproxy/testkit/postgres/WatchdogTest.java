package io.pgproxy.testkit.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchdogTest {

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM", "exit"})
    void theServerDoesNotOutliveItsJvm(String end) throws Exception {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                "-D" + Programs.DIRECTORY_PROPERTY + "=" + System.getProperty(Programs.DIRECTORY_PROPERTY, ""),
                OrphanedServer.class.getName());
        Process jvm = new ProcessBuilder(java)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = new BufferedReader(new InputStreamReader(jvm.getInputStream(), UTF_8))) {
            Path data = Path.of(Objects.requireNonNull(output.readLine()));
            long pid = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0));
            ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();

            switch (end) {
                case "KILL" -> jvm.destroyForcibly();
                case "TERM" -> jvm.destroy();
                default -> jvm.getOutputStream().close();
            }

            assertThat(Waiting.forExit(postmaster, Duration.ofSeconds(20))).isTrue();
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            Path run = data.resolveSibling("");
            while (Files.exists(run) && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
            assertThat(run).doesNotExist();
        } finally {
            jvm.destroyForcibly();
            jvm.waitFor();
        }
    }

    /** As a program has it that uses no test framework, no containers and no Netty. */
    private static String classPath() {
        Pattern optional = Pattern.compile("junit|opentest4j|assertj|testcontainers|docker-java|netty");
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getProperty("java.class.path"))
                .filter(entry -> !optional.matcher(new File(entry).getName()).find())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
