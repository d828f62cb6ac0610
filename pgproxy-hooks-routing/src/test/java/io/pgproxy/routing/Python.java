package io.pgproxy.routing;

import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** A Python of this machine; the first on the PATH that has what a script needs. */
record Python(String program) {
    static Optional<Python> with(String condition) {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .map(directory -> new File(directory, "python3"))
                .filter(File::canExecute)
                .map(found -> new Python(found.getPath()))
                .filter(python -> python.agrees(condition))
                .findFirst();
    }

    private boolean agrees(String condition) {
        try {
            return new ProcessBuilder(program, "-c", condition)
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

    /** What a script of the tests' resources prints about a database that is reached by a port. */
    String run(String script, TestDatabase database, int port) throws Exception {
        Path file = Path.of(Objects.requireNonNull(Python.class.getResource("/python/" + script))
                .toURI());
        ProcessBuilder builder = new ProcessBuilder(program, "-B", file.toString()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment()
                .putAll(Map.of(
                        "PGHOST",
                        "127.0.0.1",
                        "PGPORT",
                        String.valueOf(port),
                        "PGDATABASE",
                        database.name(),
                        "PGUSER",
                        database.user(),
                        "PGPASSWORD",
                        database.password(),
                        "PGSSLMODE",
                        "disable",
                        "PYTHONIOENCODING",
                        "utf-8",
                        "TZ",
                        "UTC"));
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(script + " has failed: " + said);
        }
        return said;
    }
}
