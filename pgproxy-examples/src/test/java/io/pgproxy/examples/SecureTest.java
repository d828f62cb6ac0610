package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Proxies with users and encryption, from the command line. */
@WithPostgres
class SecureTest {
    private static final String USERS = "\"ada\" \"s3cret\"\n";

    private final TestDatabase database;

    @TempDir
    private Path directory;

    private Path users;

    SecureTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void write() throws Exception {
        users = Files.writeString(directory.resolve("users.txt"), USERS);
    }

    static boolean hasOpenssl() throws InterruptedException {
        try {
            return new ProcessBuilder("openssl", "version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    /** The certificate of the script, in a directory. */
    static Path certificate(Path directory) throws Exception {
        return certificate(directory, "tls", "localhost");
    }

    private static Path certificate(Path directory, String name, String host) throws Exception {
        Path root = Path.of(System.getProperty("pgproxy.root"));
        Path made = directory.resolve(name);
        int code = new ProcessBuilder(
                        root.resolve("pgproxy-examples/certificate.sh").toString(), made.toString(), host)
                .start()
                .waitFor();
        assertThat(code).isZero();
        return made;
    }

    private String upstream() {
        return "postgresql://" + database.user() + "@" + database.host() + ":" + database.port() + "/"
                + database.name();
    }

    private Connection connect(RunningExample example, String password, String more) throws Exception {
        String url = example.jdbcUrl().replaceFirst("user=.*", "user=ada&password=" + password + more);
        return DriverManager.getConnection(url);
    }

    private static void isRefused(String state, AssertedLogin login) {
        assertThatThrownBy(() -> login.run().close())
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo(state));
    }

    private interface AssertedLogin {
        Connection run() throws Exception;
    }

    @Test
    void usersOfTheFileComeInAndNobodyElse() throws Exception {
        try (RunningExample example = RunningExample.start(
                "passthrough",
                "--listen",
                "127.0.0.1:0",
                "--auth",
                "scram",
                "--users",
                users.toString(),
                "--upstream",
                upstream())) {
            try (Connection connection = connect(example, "s3cret", "")) {
                assertThat(RunningExample.strings(connection, "SELECT current_user"))
                        .containsExactly(database.user());
            }
            isRefused("28P01", () -> connect(example, "guessed", ""));

            Files.writeString(users, "\"ada\" \"an0ther\"\n");
            Await.until("the file is read again", () -> {
                try (Connection connection = connect(example, "s3cret", "")) {
                    return !connection.isValid(5);
                } catch (SQLException refused) {
                    return refused.getSQLState().equals("28P01");
                }
            });
            try (Connection connection = connect(example, "an0ther", "")) {
                assertThat(connection.isValid(5)).isTrue();
            }
        }
    }

    @Test
    @EnabledIf("hasOpenssl")
    void theScriptMakesACertificateThatClientsCanVerify() throws Exception {
        Path tls = certificate(directory);
        for (String file : List.of("server.key", "server.pem")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tls.resolve(file))))
                    .isEqualTo("rw-------");
        }
        try (RunningExample example = RunningExample.start(
                "guarded",
                "--listen",
                "localhost:0",
                "--tls-cert",
                tls.resolve("server.pem").toString(),
                "--tls-key",
                tls.resolve("server.key").toString(),
                "--tls-mode",
                "require",
                "--auth",
                "scram",
                "--users",
                users.toString(),
                "--upstream",
                upstream())) {
            String verified = "&sslmode=verify-full&sslrootcert=" + tls.resolve("server.pem");
            try (Connection connection = connect(example, "s3cret", verified)) {
                assertThat(RunningExample.strings(connection, "SELECT current_database()"))
                        .containsExactly(database.name());
            }
            isRefused("28000", () -> connect(example, "s3cret", "&sslmode=disable"));
            if (Psql.isThere()) {
                String conninfo = example.conninfo().replaceFirst("user=\\S+", "user=ada password=s3cret")
                        + " sslmode=verify-full sslrootcert=" + tls.resolve("server.pem");
                assertThat(Psql.run(conninfo, "\\conninfo")).contains("SSL connection");
            }
        }
    }

    static boolean hasOpensslAndPsql() throws InterruptedException {
        return hasOpenssl() && Psql.isThere();
    }

    @Test
    @EnabledIf("hasOpensslAndPsql")
    void aCertificateOfAClientLetsItInAsWhoItNames() throws Exception {
        Path tls = certificate(directory);
        Path ada = certificate(directory, "ada", "ada");
        Path eve = certificate(directory, "eve", "eve");
        Path both = Files.writeString(
                directory.resolve("clients.pem"),
                Files.readString(ada.resolve("server.pem")) + Files.readString(eve.resolve("server.pem")));
        try (RunningExample example = RunningExample.start(
                "passthrough",
                "--listen",
                "localhost:0",
                "--tls-cert",
                tls.resolve("server.pem").toString(),
                "--tls-key",
                tls.resolve("server.key").toString(),
                "--tls-client-ca",
                both.toString(),
                "--auth",
                "cert",
                "--upstream",
                upstream())) {
            String conninfo = example.conninfo().replaceFirst("user=\\S+", "user=ada") + " sslmode=require";
            assertThat(Psql.run(shown(conninfo, ada), "SELECT current_user")).contains(database.user());
            assertThatThrownBy(() -> Psql.run(shown(conninfo, eve), "SELECT 1"))
                    .hasMessageContaining("certificate authentication failed for user \"ada\"");
            assertThatThrownBy(() -> Psql.run(conninfo, "SELECT 1"))
                    .hasMessageContaining("certificate authentication failed for user \"ada\"");
        }
    }

    private static String shown(String conninfo, Path certificate) {
        return conninfo + " sslcert=" + certificate.resolve("server.pem") + " sslkey="
                + certificate.resolve("server.key");
    }

    @Test
    void whoNamesNoUserForTheUpstreamIsToldSo() throws Exception {
        try (RunningExample example = RunningExample.start(
                "passthrough",
                "--listen",
                "127.0.0.1:0",
                "--auth",
                "trust",
                "--upstream",
                "postgresql://" + database.host() + ":" + database.port())) {
            assertThat(example.readyLine()).startsWith("ready: ");

            example.signal("TERM");

            assertThat(example.exitCode()).isZero();
            assertThat(example.standardError().lines())
                    .singleElement()
                    .asString()
                    .contains("with --auth trust the upstream has to trust the proxy");
        }
    }

    @Test
    void usersThatCannotBeReadEndWith1() throws Exception {
        Files.writeString(users, "\"ada\" hush\n");
        for (Path file : List.of(users, directory.resolve("none"))) {
            try (RunningExample example = RunningExample.start(
                    "passthrough",
                    "--demo",
                    "--listen",
                    "127.0.0.1:0",
                    "--auth",
                    "scram",
                    "--users",
                    file.toString())) {
                assertThat(example.exitCode()).isEqualTo(1);
                assertThat(example.standardOutput()).isEmpty();
                assertThat(example.standardError().lines())
                        .singleElement()
                        .asString()
                        .startsWith("pgproxy-examples passthrough: the users in " + file)
                        .doesNotContain("hush");
            }
        }
    }
}
