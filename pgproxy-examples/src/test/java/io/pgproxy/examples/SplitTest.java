package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The proxy of {@code read-write-split} in front of servers that are there already. */
@Timeout(120)
class SplitTest {
    private static final String PORT = "SELECT setting FROM pg_settings WHERE name = 'port'";

    @TempDir
    private Path directory;

    private RunningExample start(String... settings) throws Exception {
        return RunningExample.startWith(List.of(settings), directory, "read-write-split");
    }

    @Test
    void theSettingsStandInAFileAndServersMayFail(
            @WithPostgres(
                            own = true,
                            primary = true,
                            hba = "host all app 127.0.0.1/32 scram-sha-256",
                            settings = {"password_encryption=scram-sha-256", "synchronous_commit=on"})
                    LocalPostgres primary)
            throws Exception {
        primary.execute("""
                CREATE ROLE app LOGIN PASSWORD 'it''s, se\\cret';
                CREATE TABLE notes (id int PRIMARY KEY, text text);
                GRANT ALL ON notes TO app;
                """);
        try (LocalReplica replica = primary.startReplica()) {
            String reader = Integer.toString(replica.server().port());
            String writer = Integer.toString(primary.port());
            Files.writeString(directory.resolve(".env"), """
                    PROXY_ADDR=127.0.0.1:0
                    PG_READER_DSN=postgres://app:it%%27s%%2C%%20se%%5Ccret@127.0.0.1:%s/postgres?sslmode=disable
                    PG_WRITERS_CSV="host=127.0.0.1 port=%s user=app password='it\\\\'s, se\\\\\\\\cret' dbname=postgres"
                    POOL_SIZE=2
                    """.formatted(reader, writer));
            try (RunningExample example = start();
                    Connection connection = example.connect();
                    Statement statement = connection.createStatement()) {
                assertThat(example.readyLine()).endsWith(" user=app dbname=postgres\"");
                assertThat(RunningExample.strings(connection, PORT)).containsExactly(reader);
                assertThat(RunningExample.strings(connection, "SELECT current_user"))
                        .containsExactly("app");
                statement.execute("INSERT INTO notes VALUES (1, now()::text)"); // one writer may choose for itself
                assertThat(RunningExample.strings(connection, "SELECT id FROM notes"))
                        .containsExactly("1");
                assertThat(primary.query("SELECT id FROM notes")).isEqualTo(List.of(List.of("1")));

                replica.server().stop();

                for (int i = 0; i < 20; i++) {
                    assertThat(RunningExample.strings(connection, PORT)).containsExactly(writer);
                }
                Await.until("it is told", () -> example.standardErrorSoFar().contains("reader-1 is not used for "));

                replica.server().restart();

                Await.until(
                        "it is used again",
                        () -> RunningExample.strings(connection, PORT).contains(reader));

                primary.stopImmediately();
                replica.promote();

                Await.until("the promoted replica takes writes", () -> writes(example, "INSERT INTO notes VALUES (2)"));
                assertThat(replica.server().query("SELECT id FROM notes WHERE id = 2"))
                        .hasSize(1);

                example.signal("TERM");
                assertThat(example.exitCode()).isZero();
                assertThat(example.standardOutput()).isEqualTo(example.readyLine() + "\n");
                assertThat(example.standardError())
                        .contains("clients are not asked for a password")
                        .contains("reader-1 is used again", "reader-1 is the writer; before it was writer-1")
                        .contains(" reads went to readers; to the writer went ")
                        .doesNotContain("cret");
            }
        }
    }

    /** Whether it works now, on a new connection. */
    private static boolean writes(RunningExample example, String sql) throws Exception {
        try (Connection connection = example.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (SQLException notYet) {
            return false;
        }
    }

    @Test
    void whatIsAwayOrNoStandbyIsToldAndTheRestWorks(@WithPostgres LocalPostgres server) throws Exception {
        int nobody = HttpAnswer.freePort();
        String url = "postgresql://postgres@127.0.0.1:" + server.port() + "/postgres";
        try (RunningExample example = start(
                "PROXY_ADDR=127.0.0.1:0",
                "LOG_LEVEL=warn",
                "PG_WRITERS_CSV=" + url,
                "PG_READER_DSN=" + url + ", host=127.0.0.1 port=" + nobody + " user=postgres dbname=postgres")) {
            try (Connection connection = example.connect()) {
                assertThat(RunningExample.strings(connection, "SELECT 'read'")).containsExactly("read");
                assertThat(RunningExample.strings(connection, PORT)).containsExactly(Integer.toString(server.port()));
            }

            example.signal("TERM");

            assertThat(example.exitCode()).isZero();
            assertThat(example.standardError())
                    .contains("reader-2 (127.0.0.1:" + nobody + ") cannot be used now: upstream 127.0.0.1:" + nobody
                            + " is not reachable: Connection refused")
                    .contains("reader-1 (127.0.0.1:" + server.port() + ") is not used: it is no standby");
        }
    }

    @Test
    void aWriterOfSeveralThatIsAwayIsTold(@WithPostgres LocalPostgres server) throws Exception {
        int nobody = HttpAnswer.freePort();
        String away = "postgresql://postgres@127.0.0.1:" + nobody + "/postgres";
        try (RunningExample example = start(
                "PROXY_ADDR=127.0.0.1:0",
                "LOG_LEVEL=warn",
                "PG_WRITERS_CSV=postgresql://postgres@127.0.0.1:" + server.port() + "/postgres," + away,
                "PG_READER_DSN=" + away)) {
            assertThat(example.readyLine()).endsWith(" user=postgres dbname=postgres\"");

            assertThatThrownBy(() -> example.connect().close())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("writer-2");

            example.signal("TERM");
            assertThat(example.exitCode()).isZero();
            assertThat(example.standardError())
                    .contains("writer-2 (127.0.0.1:" + nobody + ") cannot be used now: ")
                    .contains("nobody can log in before all writers are there");
        }
    }

    @Test
    void aReaderThatIsPromotedIsNoneOfSeveralWriters(
            @WithPostgres(own = true, primary = true, name = "first", settings = "synchronous_commit=on")
                    LocalPostgres first,
            @WithPostgres LocalPostgres second)
            throws Exception {
        try (LocalReplica replica = first.startReplica();
                RunningExample example = start(
                        "PROXY_ADDR=127.0.0.1:0",
                        "LOG_LEVEL=warn",
                        "PG_WRITERS_CSV=" + first.url("postgres") + "," + second.url("postgres"),
                        "PG_READER_DSN=" + replica.server().url("postgres"))) {
            String reader = Integer.toString(replica.server().port());
            try (Connection connection = example.connect()) {
                assertThat(RunningExample.strings(connection, PORT)).containsExactly(reader);
            }
            replica.promote();
            Await.until("it is told", () -> example.standardErrorSoFar().contains("reader-1 takes writes, too"));

            first.stopImmediately();
            Await.until(
                    "it is left out", () -> example.standardErrorSoFar().contains("reader-1 has been promoted and"));
            first.restart();

            Await.until("the writers write again", () -> writes(example, "CREATE TEMP TABLE t ()"));
            try (Connection connection = example.connect()) {
                assertThat(RunningExample.strings(connection, PORT)).containsExactly(Integer.toString(first.port()));
            }
        }
    }

    @Test
    void withoutAnyWriterItEndsWith1() throws Exception {
        int nobody = HttpAnswer.freePort();
        String away = "127.0.0.1:" + nobody;
        try (RunningExample example = start(
                "LOG_LEVEL=error",
                "PG_WRITERS_CSV=postgresql://me:hush@" + away + "/db",
                "PG_READER_DSN=postgresql://me:hush@" + away + "/db")) {
            assertThat(example.exitCode()).isEqualTo(1);
            assertThat(example.standardOutput()).isEmpty();
            assertThat(example.standardError())
                    .isEqualToNormalizingNewlines("pgproxy-examples read-write-split: no writer can be used: upstream "
                            + away + " is not reachable: Connection refused\n");
        }
    }

    @Test
    void whatIsMissingOrWrongEndsWith2() throws Exception {
        try (RunningExample example = start("PG_READER_DSN=")) {
            assertEndsWith2(example, "missing in the environment and in .env: PG_READER_DSN, PG_WRITERS_CSV");
        }
        try (RunningExample example =
                start("PG_READER_DSN=postgres://me:hush@h/db", "PG_WRITERS_CSV=mysql://u:hush@h")) {
            assertEndsWith2(
                    example,
                    "PG_WRITERS_CSV: server 1: neither a postgresql:// URL nor key=value pairs"
                            + " (a value with blanks or commas stands in single quotes)");
        }
    }

    private static void assertEndsWith2(RunningExample example, String complaint) throws Exception {
        assertThat(example.exitCode()).isEqualTo(2);
        assertThat(example.standardOutput()).isEmpty();
        assertThat(example.standardError())
                .isEqualToNormalizingNewlines("pgproxy-examples read-write-split: " + complaint
                        + " (try pgproxy-examples read-write-split --help)\n");
    }
}
