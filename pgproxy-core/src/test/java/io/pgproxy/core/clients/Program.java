package io.pgproxy.core.clients;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program of this machine. */
public final class Program {
    private Program() {}

    static boolean isOnPath(String name) {
        return onPath(name).findAny().isPresent();
    }

    /** All programs of that name, the one that a shell would take first. */
    public static Stream<String> onPath(String name) {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .map(directory -> new File(directory, name))
                .filter(File::canExecute)
                .map(File::getPath);
    }

    /** Runs a program that takes the place from libpq's environment variables; fails if it does not end. */
    public static Said run(
            Place place, Map<String, String> more, Duration patience, Path directory, List<String> command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("program", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
            builder.environment()
                    .putAll(Map.of(
                            "PGHOST", place.host(),
                            "PGPORT", String.valueOf(place.port()),
                            "PGDATABASE", place.database(),
                            "PGUSER", place.user(),
                            "PGPASSWORD", place.password(),
                            "PGSSLMODE", "disable",
                            "TZ", "UTC"));
            builder.environment().putAll(more);
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(command + " does not end; so far it said: " + Files.readString(output));
            }
            return new Said(Files.readString(output), process.exitValue());
        } finally {
            Files.delete(output);
        }
    }

    /**
     * What became of a program.
     *
     * @param output and errors, in one
     * @param exitCode 0 if all went well
     */
    public record Said(String output, int exitCode) {}
}
