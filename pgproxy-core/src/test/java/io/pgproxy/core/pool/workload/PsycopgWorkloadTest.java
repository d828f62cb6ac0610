package io.pgproxy.core.pool.workload;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgproxy.core.clients.Program;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients by psycopg 3, which prepares every statement, with its pipelines and COPY. */
@WithPostgres
class PsycopgWorkloadTest {
    private static final Duration LASTING = Extent.lasting(Duration.ofSeconds(1));

    @Test
    void everybodyIsAnsweredWhatTheyAsked(TestDatabase database, @TempDir Path directory) throws Exception {
        Optional<String> python = Program.onPath("python3")
                .filter(PsycopgWorkloadTest::hasPsycopg)
                .findFirst();
        assumeTrue(
                python.isPresent(),
                "no python3 on the PATH has psycopg 3 with pipelines: install Debian's python3-psycopg");
        try (InputStream script = PsycopgWorkloadTest.class.getResourceAsStream("/python/workload.py")) {
            Files.copy(script, directory.resolve("workload.py"));
        }
        List<String> command = List.of(python.get(), "workload.py");
        try (PooledProxy proxy = PooledProxy.before(database, Extent.POOL)) {
            OtherWorkload.run(
                    proxy, LASTING, (size, patience) -> Program.run(proxy.place(), size, patience, directory, command));
        }
    }

    private static boolean hasPsycopg(String python) {
        try {
            String pipelines = "import psycopg, sys; sys.exit(not psycopg.Pipeline.is_supported())";
            return new ProcessBuilder(python, "-c", pipelines)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
