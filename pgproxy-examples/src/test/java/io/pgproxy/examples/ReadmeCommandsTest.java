package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Every command of the README is run as it stands there, but for ports that may be taken. */
@WithPostgres
class ReadmeCommandsTest {

    private final Readme readme = Readme.read();

    ReadmeCommandsTest() throws IOException {}

    @Test
    void thereIsNoCommandThatNoTestRuns() {
        assertThat(readme.commands())
                .allMatch(line -> line.equals("./demo")
                        || line.equals("./test")
                        || line.startsWith("psql ")
                        || line.startsWith("UPSTREAM_HOST=")
                        || line.startsWith("PG_READER_DSN=")
                        || line.startsWith("pgproxy-examples/certificate.sh ")
                        || line.startsWith("echo ")
                        || line.startsWith("java -jar pgproxy-examples/target/pgproxy-examples.jar "));
    }

    /** The test command is what runs this test: what is left to see is that it runs all of the build. */
    @Test
    void theTestCommandRunsTheWholeBuild() throws Exception {
        Path script = readme.root().resolve(readme.command("./test"));

        assertThat(script).isExecutable();
        assertThat(Files.readAllLines(script)).last().asString().startsWith("exec ./mvnw -B -ntp verify");
    }

    /** In a copy of the checkout that has only the script, a build that does nothing, and the jar that was built. */
    @Test
    void theDemoCommandStartsTheJar(@TempDir Path checkout) throws Exception {
        Path script = readme.root().resolve(readme.command("./demo"));
        Files.copy(script, checkout.resolve("demo"), StandardCopyOption.COPY_ATTRIBUTES);
        Path build = Files.writeString(checkout.resolve("mvnw"), "#!/bin/sh\necho building \"$@\"\n");
        assertThat(build.toFile().setExecutable(true)).isTrue();
        Path target = Files.createDirectories(checkout.resolve("pgproxy-examples/target"));
        Files.createDirectories(checkout.resolve("pgproxy-examples/src/main"));
        Path jar = target.resolve("pgproxy-examples.jar");
        Files.copy(RunningExample.jar(), jar, StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(checkout.resolve("pgproxy-examples/pom.xml"), "newer than the jar");
        Files.writeString(checkout.resolve("pom.xml"), "newer than the jar");

        try (RunningExample demo = RunningExample.start(List.of("./demo", "--listen", "127.0.0.1:0"), checkout);
                var connection = demo.connect()) {
            assertThat(RunningExample.strings(connection, "SELECT count(*) FROM orders"))
                    .containsExactly("2000");
            assertThat(RunningExample.strings(connection, readme.blocks("sql").get(0)))
                    .isNotEmpty();
            assertThat(demo.readyLine().replaceFirst("port=\\d+", "port=6432"))
                    .isEqualTo(readme.blocks("text").get(0).strip());

            demo.signal("TERM");

            assertThat(demo.exitCode()).isZero();
            assertThat(demo.standardOutput()).isEqualTo(demo.readyLine() + "\n");
            assertThat(demo.standardError()).contains("building -B -ntp").contains("-pl pgproxy-examples -am package");
        }
    }

    @Test
    @EnabledIf("io.pgproxy.examples.Psql#isThere")
    void thePsqlCommandShowsTheShop() throws Exception {
        String command = readme.command("psql ");
        try (RunningExample demo = RunningExample.start("passthrough", "--demo", "--listen", "127.0.0.1:0")) {
            String conninfo = demo.conninfo();
            assertThat(command).contains(conninfo.replaceFirst("port=\\d+", "port=6432"));
            String port = conninfo.replaceFirst(".*(port=\\d+).*", "$1");

            Process psql = new ProcessBuilder("sh", "-c", command.replace("port=6432", port))
                    .redirectErrorStream(true)
                    .start();

            assertThat(psql.inputReader().lines()).anyMatch(line -> line.contains("order_items"));
            assertThat(psql.waitFor()).isZero();
        }
    }

    @Test
    void theAnalyzeCommandReadsAFile(@TempDir Path directory) throws Exception {
        String command = readme.command("java -jar pgproxy-examples/target/pgproxy-examples.jar analyze ")
                .replace("pgproxy-examples/target/pgproxy-examples.jar", RunningExample.jar() + "");
        Files.writeString(directory.resolve("statements.sql"), "select 1;\nupdate t set a = 1;\n");

        Process analyze = new ProcessBuilder("sh", "-c", command)
                .directory(directory.toFile())
                .start();

        assertThat(analyze.inputReader().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("{\"kind\":\"read\""),
                        line -> assertThat(line).startsWith("{\"kind\":\"write\""));
        assertThat(analyze.waitFor()).isZero();
    }

    @Test
    void theReadOnlyCommandRefusesAsTheReadmeSays(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE kept (id int)");
        String command = readme.command("UPSTREAM_HOST=")
                .replace("pgproxy-examples/target/pgproxy-examples.jar", RunningExample.jar() + "")
                .replace("HOST=127.0.0.1", "HOST=" + database.host() + " UPSTREAM_PORT=" + database.port())
                .replace("USER=reader", "USER=" + database.user())
                .replace("DATABASE=shop", "DATABASE=" + database.name() + " LISTEN_HOST=127.0.0.1 LISTEN_PORT=0")
                .replace(" java ", " exec java ");
        try (RunningExample example = RunningExample.start(List.of("sh", "-c", command), readme.root());
                var connection = example.connect();
                var statement = connection.createStatement()) {
            assertThat(RunningExample.strings(connection, "SELECT count(*) FROM kept"))
                    .containsExactly("0");
            String refusal = readme.blocks("text").get(1).strip().replace("ERROR:  ", "ERROR: ");
            assertThatThrownBy(() -> statement.execute("DELETE FROM kept")).hasMessageStartingWith(refusal);
        }
    }

    @Test
    void theSplitCommandServesTwoServers(TestDatabase database) throws Exception {
        String server = database.user() + "@" + database.host() + ":" + database.port() + "/" + database.name();
        String command = readme.command("PG_READER_DSN=")
                .replace("pgproxy-examples/target/pgproxy-examples.jar", RunningExample.jar() + "")
                .replace("app:secret@127.0.0.1:5432/shop", server)
                .replace("app:secret@127.0.0.1:5433/shop", server + " PROXY_ADDR=127.0.0.1:0")
                .replace(" java ", " exec java ");
        try (RunningExample example = RunningExample.start(List.of("sh", "-c", command), readme.root());
                var connection = example.connect()) {
            assertThat(RunningExample.strings(connection, "SELECT current_database()"))
                    .containsExactly(database.name());
        }
    }

    @Test
    @EnabledIf("io.pgproxy.examples.Psql#isThere")
    void whatTheReadmeTriesWithTheSplitIsAsItSays(@TempDir Path directory) throws Exception {
        String command = readme.command("java -jar pgproxy-examples/target/pgproxy-examples.jar read-write-split ")
                .replace("pgproxy-examples/target/pgproxy-examples.jar", RunningExample.jar() + "");
        Path script = Files.writeString(
                directory.resolve("try.sql"), readme.blocks("sql").get(1));
        List<String> words = List.of("sh", "-c", "PROXY_ADDR=127.0.0.1:0 exec " + command);
        try (RunningExample example = RunningExample.start(words, directory)) {
            Process psql = new ProcessBuilder("psql", "-XAt", "-f", script.toString(), example.conninfo())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(psql.waitFor()).isZero();
            String refusal = readme.blocks("text").get(3).strip();
            assertThat(output.replaceAll("(?m)^((?:reader|writer)-1)\\|\\d+$", "$1")
                            .replaceAll("(?m)^psql:.*?: (?=ERROR)", "")
                            .replace("9.99|reader-1", "9.99|writer-1")) // if the replica was that fast
                    .isEqualTo("""
                            reader-1
                            UPDATE 1
                            9.99|writer-1
                            BEGIN
                            writer-1
                            COMMIT
                            writer-1
                            %s
                            0
                            ERROR:  this may do something else on each writer: now is another value there
                            HINT:  Read the value first, and write it as a constant or parameter.
                            """.formatted(refusal));
        }
    }

    @Test
    void theJarCommandServesTheUpstream(TestDatabase database) throws Exception {
        String command = readme.command(
                        "java -jar pgproxy-examples/target/pgproxy-examples.jar passthrough --upstream ")
                .replace("pgproxy-examples/target/pgproxy-examples.jar", RunningExample.jar() + "")
                .replace("127.0.0.1:5432/postgres", database.host() + ":" + database.port() + "/" + database.name());
        try (RunningExample example = RunningExample.start(
                        List.of("sh", "-c", "exec " + command + " --listen 127.0.0.1:0"), readme.root());
                var connection = example.connect()) {
            assertThat(RunningExample.strings(connection, "SELECT current_database()"))
                    .containsExactly(database.name());
        }
    }

    @Test
    @EnabledIf("io.pgproxy.examples.SecureTest#hasOpenssl")
    void theCommandsForTlsAndUsersServe(TestDatabase database, @TempDir Path directory) throws Exception {
        String script = readme.command("pgproxy-examples/certificate.sh ")
                .replace("pgproxy-examples/", readme.root() + "/pgproxy-examples/");
        String serve = readme.command("java -jar pgproxy-examples/target/pgproxy-examples.jar passthrough --auth ")
                .replace("pgproxy-examples/target/pgproxy-examples.jar", RunningExample.jar() + "")
                .replace("127.0.0.1:5432/postgres", database.host() + ":" + database.port() + "/" + database.name());
        String all = script + " && " + readme.command("echo ") + " && exec " + serve + " --listen 127.0.0.1:0";
        try (RunningExample example = RunningExample.start(List.of("sh", "-c", all), directory)) {
            String url = example.jdbcUrl().replaceFirst("user=.*", "user=ada&password=a%20password")
                    + "&sslmode=verify-full&sslrootcert=" + directory.resolve("tls/server.pem");
            try (var connection = DriverManager.getConnection(url)) {
                assertThat(RunningExample.strings(connection, "SELECT current_database()"))
                        .containsExactly(database.name());
            }
        }
    }

    @Test
    void theGuardedCommandLimitsAsTheReadmeSays(TestDatabase database) throws Exception {
        int metrics = HttpAnswer.freePort();
        String command = readme.command("java -jar pgproxy-examples/target/pgproxy-examples.jar guarded ")
                .replace("pgproxy-examples/target/pgproxy-examples.jar", RunningExample.jar() + "")
                .replace("127.0.0.1:5432/postgres", database.host() + ":" + database.port() + "/" + database.name())
                .replace("127.0.0.1:9464", "127.0.0.1:" + metrics);
        try (RunningExample example = RunningExample.start(
                        List.of("sh", "-c", "exec " + command + " --listen 127.0.0.1:0"), readme.root());
                var connection = example.connect();
                var statement = connection.createStatement()) {
            assertThat(RunningExample.strings(connection, "SHOW statement_timeout"))
                    .containsExactly("10s");
            String refusal = readme.blocks("text").get(2).strip().replace("ERROR:  ", "ERROR: ");
            assertThatThrownBy(() -> statement.execute("SELECT generate_series(1, 10001)"))
                    .hasMessageStartingWith(refusal);
            assertThat(HttpAnswer.get(metrics, "/metrics").meter("pgproxy_limits_total{limit=\"rows\"}"))
                    .isEqualTo(1);
        }
    }
}
