package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Every program of the README is compiled and run as it stands there, but for ports that may be taken. */
@WithPostgres
class ReadmeProgramsTest {

    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final Readme readme = Readme.read();

    ReadmeProgramsTest() throws IOException {}

    @Test
    void thereIsNoProgramThatNoTestRuns() {
        assertThat(readme.blocks("java"))
                .containsExactly(
                        readme.program("Secured"),
                        readme.program("Embedded"),
                        readme.program("NoBlindDelete"),
                        readme.program("Stages"),
                        readme.program("SelectOneServer"),
                        readme.program("ReadOrWrite"));
    }

    @Test
    void theEmbeddedProxyServes(TestDatabase database, @TempDir Path classes) throws Exception {
        try (RunningExample example = runBefore(database, "Embedded", classes);
                Connection connection = connect(example, database)) {
            assertThat(RunningExample.strings(connection, "SELECT current_database()"))
                    .containsExactly(database.name());
        }
    }

    @Test
    @EnabledIf("io.pgproxy.examples.SecureTest#hasOpenssl")
    void theSecuredProxyAsksAndEncrypts(TestDatabase database, @TempDir Path classes) throws Exception {
        SecureTest.certificate(classes);
        Files.writeString(classes.resolve("users.txt"), "\"ada\" \"a password\"");
        String program = readme.program("Secured")
                .replace("6432", "0")
                .replace("127.0.0.1:5432/postgres", database.host() + ":" + database.port() + "/" + database.name());
        try (RunningExample example = run("Secured", program, classes)) {
            String port = example.readyLine().replaceFirst("clients connect to port ", "");
            String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + database.name() + "?user=ada&password=";
            String verified = "&sslmode=verify-full&sslrootcert=" + classes.resolve("tls/server.pem");
            try (Connection connection = DriverManager.getConnection(url + "a%20password" + verified)) {
                assertThat(RunningExample.strings(connection, "SELECT current_user"))
                        .containsExactly("postgres");
            }
            assertThatThrownBy(() -> DriverManager.getConnection(url + "guessed" + verified)
                            .close())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void aHookOfLessThanTwentyLinesRefuses(TestDatabase database, @TempDir Path classes) throws Exception {
        database.execute("CREATE TABLE doomed (id int); INSERT INTO doomed VALUES (1), (2)");
        assertThat(readme.program("NoBlindDelete").lines().filter(line -> !line.startsWith("import ")))
                .hasSizeLessThan(20);

        try (RunningExample example = runBefore(database, "NoBlindDelete", classes);
                Connection connection = connect(example, database);
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("DELETE FROM doomed"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("DELETE needs a WHERE");
            assertThat(statement.executeUpdate("DELETE FROM doomed WHERE id = 1"))
                    .isEqualTo(1);
            assertThat(RunningExample.strings(connection, "SELECT id FROM doomed"))
                    .containsExactly("2");
        }
    }

    @Test
    void everyStageDoesWhatItsExampleSays(
            TestDatabase database, @WithPostgres(own = true) LocalPostgres server, @TempDir Path classes)
            throws Exception {
        TestDatabase replica = server.createDatabase(database.name());
        database.execute("CREATE TABLE customers (name text, email text)");
        replica.execute("""
                CREATE TABLE customers (name text, email text);
                INSERT INTO customers VALUES ('Ann', 'ann@example.org'), ('Ben', NULL);
                """);
        String program =
                programBefore(database, "Stages").replace("127.0.0.1:5433", replica.host() + ":" + replica.port());
        try (RunningExample example = run("Stages", program, classes)) {
            try (Connection connection = connect(example, database);
                    Statement statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.execute("DROP TABLE customers"))
                        .hasMessageContaining("tables stay as they are");
                assertThat(RunningExample.strings(connection, "SELECT proxy_user()"))
                        .containsExactly(database.user());
                assertThat(RunningExample.strings(connection, "SELECT version()"))
                        .containsExactly("PostgreSQL");
                assertThat(RunningExample.strings(connection, "SELECT email FROM customers ORDER BY name"))
                        .containsExactly("***", "***");
                assertThat(statement.executeUpdate("INSERT INTO customers VALUES ('Cid', 'cid@example.org')"))
                        .isEqualTo(1);
            }
            assertThat(database.query("SELECT name FROM customers")).isEqualTo(List.of(List.of("Cid")));
            example.endInput();
            assertThat(example.exitCode()).isZero();
            assertThat(example.standardOutput().lines())
                    .contains(
                            database.user() + ": drop table customers: REFUSED",
                            database.user() + ": select proxy_user(): SUCCEEDED",
                            database.user() + ": select email from customers order by name: SUCCEEDED");
        }
    }

    private RunningExample runBefore(TestDatabase database, String name, Path classes) throws IOException {
        return run(name, programBefore(database, name), classes);
    }

    private String programBefore(TestDatabase database, String name) {
        return readme.program(name)
                .replace("6432", "0")
                .replace("127.0.0.1:5432", database.host() + ":" + database.port());
    }

    private static Connection connect(RunningExample example, TestDatabase database) throws Exception {
        String port = example.readyLine().replaceFirst("clients connect to port ", "");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database.name() + "?user=" + database.user());
    }

    @Test
    void theServerAnswersSelectOne(@TempDir Path classes) throws Exception {
        int port = freePort();
        String program = readme.program("SelectOneServer").replace("5432", Integer.toString(port));

        try (RunningExample example = run("SelectOneServer", program, classes);
                Connection connection = connected("jdbc:postgresql://127.0.0.1:" + port + "/any?user=me", example)) {
            assertThat(RunningExample.strings(connection, "SELECT 1")).containsExactly("1");
            if (Psql.isThere()) {
                assertThat(Psql.run("host=127.0.0.1 port=" + port + " user=me dbname=any", "SELECT 1"))
                        .contains("(1 row)");
            }
        }
    }

    @Test
    void theStatementThatHidesAWriteIsNoRead(@TempDir Path classes) throws Exception {
        String sql = "WITH gone AS (DELETE FROM orders RETURNING id) SELECT * FROM gone";
        assertThat(readme.text()).contains(sql);

        try (RunningExample example = run("ReadOrWrite", readme.program("ReadOrWrite"), classes, sql)) {
            assertThat(example.exitCode()).isZero();
            assertThat(example.standardOutput())
                    .startsWith("SELECT_WRITING, WRITE\n")
                    .contains("  DELETE orders\n");
        }
    }

    @Test
    void theServerIsTheOneThatTheProtocolTests() throws Exception {
        String tested = Files.readString(
                readme.root().resolve("pgproxy-protocol/src/test/java/io/pgproxy/protocol/netty/SelectOneServer.java"));

        assertThat(readme.program("SelectOneServer")).endsWith(tested.substring(tested.indexOf("/**")));
    }

    /** The jar of the examples holds all that the programs need. */
    private static RunningExample run(String name, String program, Path classes, String... arguments)
            throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Path source = Files.writeString(classes.resolve(name + ".java"), program, StandardCharsets.UTF_8);
        String jar = RunningExample.jar().toString();
        StringWriter complaints = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of("-Xlint:all", "-proc:none", "-cp", jar, "-d", classes.toString());
            compiler.getTask(complaints, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
        }
        assertThat(complaints.toString()).isEmpty();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-cp", jar + ":" + classes, name));
        command.addAll(List.of(arguments));
        return RunningExample.startAtTerminal(command, classes);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Tries until the server listens: it prints nothing when it does. */
    private static Connection connected(String url, RunningExample example) throws SQLException {
        long start = System.nanoTime();
        while (true) {
            try {
                return DriverManager.getConnection(url);
            } catch (SQLException refused) {
                if (!example.isAlive() || System.nanoTime() - start > PATIENCE_NANOS) {
                    throw refused;
                }
            }
        }
    }
}
