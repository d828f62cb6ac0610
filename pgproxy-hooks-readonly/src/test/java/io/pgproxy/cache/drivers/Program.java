package io.pgproxy.cache.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program of this machine that reads where libpq's environment variables say.
 *
 * @param directory where it runs
 * @param command the program and its arguments
 */
record Program(Path directory, List<String> command) implements Reads {
    private static final int PATIENCE_SECONDS = 60;

    /** psql, which is fed a script of the resources. */
    static Program psql(Path directory) throws IOException {
        String psql = onPath("psql").findFirst().orElse("");
        assumeTrue(!psql.isEmpty(), "psql is not on the PATH: install PostgreSQL's client programs");
        return new Program(directory, List.of(psql, "-X", "-f", copy("/drivers/psql.sql", directory)));
    }

    /** pgbench in one of its protocols. */
    static Program pgbench(Path directory, String protocol) throws IOException {
        String pgbench = onPath("pgbench").findFirst().orElse("");
        assumeTrue(!pgbench.isEmpty(), "pgbench is not on the PATH: install PostgreSQL's client programs");
        String script =
                copy("/drivers/pgbench-" + (protocol.equals("simple") ? "simple" : "pipeline") + ".sql", directory);
        return new Program(directory, List.of(pgbench, "-n", "-c", "1", "-t", "3", "-M", protocol, "-f", script));
    }

    /** psycopg 3, and psycopg2 where it is. */
    static Program psycopg(Path directory) throws IOException {
        String python =
                onPath("python3").filter(Program::hasPsycopg).findFirst().orElse("");
        assumeTrue(
                !python.isEmpty(),
                "no python3 on the PATH has psycopg 3 with pipelines: install Debian's python3-psycopg");
        return new Program(directory, List.of(python, copy("/drivers/reads.py", directory)));
    }

    private static boolean hasPsycopg(String python) {
        try {
            return end(new ProcessBuilder(
                                    python, "-c", "import psycopg, sys; sys.exit(not psycopg.Pipeline.is_supported())")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start())
                    == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    /** pg of Node.js, as it is locked; installed in {@code target}. */
    static Program nodePg() throws IOException {
        assumeTrue(onPath("node").findAny().isPresent(), "node is not on the PATH: install Node.js");
        assumeTrue(onPath("npm").findAny().isPresent(), "npm is not on the PATH: install it with Node.js");
        Path home = Path.of(System.getProperty("basedir", ""), "target", "node").toAbsolutePath();
        Files.createDirectories(home);
        String script = copy("/drivers/reads.js", home);
        copy("/node/package.json", home);
        Path lock = Path.of(copy("/node/package-lock.json", home));
        Path installed = home.resolve("installed.json");
        if (!Files.exists(installed) || Files.mismatch(installed, lock) >= 0) {
            Path said = home.resolve("npm.out");
            int code = end(
                    new ProcessBuilder("npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund")
                            .directory(home.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(said.toFile())
                            .start());
            String why = Files.readString(said);
            assumeTrue(code == 0, () -> "npm could not install the client pg: " + why);
            Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
        }
        return new Program(home, List.of("node", "--no-deprecation", script));
    }

    private static Stream<String> onPath(String name) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator), -1))
                .map(directory -> new File(directory, name))
                .filter(File::canExecute)
                .map(File::getPath);
    }

    private static String copy(String resource, Path directory) throws IOException {
        Path copy = directory.resolve(resource.substring(resource.lastIndexOf('/') + 1));
        try (InputStream in = Program.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("no resource " + resource);
            }
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        return copy.toString();
    }

    @Override
    public void run(Place place) throws IOException {
        Path output = Files.createTempFile("program", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
            builder.environment()
                    .putAll(Map.of(
                            "PGHOST",
                            Place.HOST,
                            "PGPORT",
                            String.valueOf(place.port()),
                            "PGDATABASE",
                            place.database(),
                            "PGUSER",
                            place.user(),
                            "PGPASSWORD",
                            place.password(),
                            "PGSSLMODE",
                            "disable",
                            "PGGSSENCMODE",
                            "disable",
                            "PGCLIENTENCODING",
                            "UTF8",
                            "TZ",
                            "UTC"));
            int code = end(builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start());
            assertThat(code).as("%s: %s", command, Files.readString(output)).isZero();
        } finally {
            Files.delete(output);
        }
    }

    private static int end(Process process) {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return process.exitValue();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
