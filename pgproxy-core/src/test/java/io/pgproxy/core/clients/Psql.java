package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program psql, at one place. Its output and errors come in one stream, as at a terminal. */
final class Psql {
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Path directory = Path.of("/");

    private Psql(Place place) {
        environment.put("PGHOST", place.host());
        environment.put("PGPORT", String.valueOf(place.port()));
        environment.put("PGDATABASE", place.database());
        environment.put("PGUSER", place.user());
        environment.put("PGPASSWORD", place.password());
        environment.put("PGSSLMODE", "prefer");
        environment.put("PGCLIENTENCODING", "UTF8");
        environment.put("PGTZ", "UTC");
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("HOME", "/nonexistent");
    }

    static Psql at(Place place) {
        return new Psql(place);
    }

    /** Skips the test where there is no psql. */
    static void isThere() {
        assumeTrue(Program.isOnPath("psql"), "psql is not on the PATH: install PostgreSQL's client programs");
    }

    /** Skips the test where psql is older than what it tests. */
    static void isAtLeast(int major) throws Exception {
        Process process = new ProcessBuilder("psql", "--version").start();
        String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int actual = Integer.parseInt(version.replaceFirst("(?s)\\D*(\\d+).*", "$1"));
        assumeTrue(actual >= major, "this psql is of version " + actual + ", the command came with " + major);
    }

    Psql with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Where {@code \copy} finds its files. */
    Psql in(Path where) {
        directory = where;
        return this;
    }

    /** Feeds psql a script on standard input, and notes what it prints and how it ends. */
    void feed(Transcript seen, String script, String... arguments) throws Exception {
        Path input = Files.createTempFile("psql", ".sql");
        Path output = Files.createTempFile("psql", ".out");
        try {
            Files.writeString(input, script);
            Process process = builder(arguments)
                    .redirectErrorStream(true)
                    .redirectInput(input.toFile())
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("psql does not end; so far it said: " + Files.readString(output));
            }
            seen.say(Files.readString(output));
            seen.say("exit code", process.exitValue());
        } finally {
            Files.delete(input);
            Files.delete(output);
        }
    }

    /** Begins to run one command. */
    Process start(String command) throws IOException {
        Process process = builder("-Atc", command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return process;
    }

    /** Runs one command, and returns what it prints. */
    String command(String command) throws Exception {
        Process process = start(command);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Runs one command with its output in a file, as by {@code psql -c ... > file}. */
    void to(Path file, String command) throws Exception {
        Process process = builder("-c", command)
                .redirectOutput(file.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        assertThat(process.waitFor()).isZero();
    }

    /** Gives it a terminal of its own. */
    Terminal interactive() throws IOException {
        return Terminal.start(builder("-n"));
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> words = new ArrayList<>(List.of("psql", "-X"));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().putAll(environment);
        return builder;
    }
}
