package io.pgproxy.core.operation;

import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** PostgreSQL's load generator, where it is on the PATH. */
final class PgBench {
    private static final List<String> SCRIPT = List.of(
            "\\set a random(1, 1000)", "begin;", "select b from t where a = :a;", "select count(*) from t;", "commit;");

    private final TestDatabase database;
    private final int port;
    private final Path script;

    PgBench(TestDatabase database, int port, Path directory) throws IOException {
        this.database = database;
        this.port = port;
        this.script = Files.write(directory.resolve("soak.sql"), SCRIPT);
    }

    static boolean isThere() {
        for (String directory : String.valueOf(System.getenv("PATH")).split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, "pgbench"))) {
                return true;
            }
        }
        return false;
    }

    /** Runs for some seconds; what it says of its clients' ends. */
    String run(String mode, int clients, int seconds) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                "pgbench",
                "-n",
                "-f",
                script.toString(),
                "-M",
                mode,
                "-c",
                String.valueOf(clients),
                "-T",
                String.valueOf(seconds));
        builder.environment().put("PGHOST", "127.0.0.1");
        builder.environment().put("PGPORT", String.valueOf(port));
        builder.environment().put("PGUSER", database.user());
        builder.environment().put("PGPASSWORD", database.password());
        builder.environment().put("PGDATABASE", database.name());
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(60, TimeUnit.SECONDS);
        return said;
    }
}
