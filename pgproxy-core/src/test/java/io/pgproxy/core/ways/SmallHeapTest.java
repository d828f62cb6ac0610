package io.pgproxy.core.ways;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What waits between a server and a client in the same process is bounded, however much there is. */
@WithPostgres
class SmallHeapTest {
    @Test
    void aHundredMegabytesPassThroughAProcessOfThirtyTwo(TestDatabase database) throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:MaxDirectMemorySize=32m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName(),
                        "postgresql://" + database.host() + ":" + database.port(),
                        database.name(),
                        database.user(),
                        database.password())
                .redirectErrorStream(true)
                .start();

        String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(program.waitFor()).as(said).isZero();
        assertThat(said).contains("copied 104870486, read 104860000, ports []");
    }
}
