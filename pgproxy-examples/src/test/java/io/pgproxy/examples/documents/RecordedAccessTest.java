package io.pgproxy.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The host of docs/embedding.md: its access is for one database, recorded, ruled and limited. */
@WithPostgres
class RecordedAccessTest {
    private static final Duration AN_HOUR = Duration.ofHours(1);

    private final PGSimpleDataSource store = new PGSimpleDataSource();
    private TestDatabase database;

    @BeforeEach
    void prepare(TestDatabase given) throws Exception {
        database = given;
        database.execute("""
                DROP SCHEMA IF EXISTS host CASCADE;
                DROP TABLE IF EXISTS orders;
                CREATE SCHEMA host;
                CREATE TABLE host.access_log (client text, statement text, parameters text, outcome text);
                CREATE TABLE orders (id int, item text);
                """);
        store.setUrl(database.jdbcUrl());
        store.setCurrentSchema("host");
    }

    private RecordedAccess open(Duration length) throws Exception {
        return new RecordedAccess(
                "postgresql://" + database.host() + ":" + database.port(), database.name(), store, length);
    }

    private Connection connect(RecordedAccess access, String name) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + access.port() + "/" + name + "?user=" + database.user());
    }

    @Test
    void theDocumentShowsTheProgram() throws Exception {
        Path root = Path.of(System.getProperty("pgproxy.root"));
        String source = Files.readString(
                root.resolve("pgproxy-examples/src/test/java/io/pgproxy/examples/documents/RecordedAccess.java"));
        String program = source.substring(source.indexOf("import "));

        assertThat(Files.readString(root.resolve("docs/embedding.md"))).contains("```java\n" + program + "```\n");
        assertThat(program.lines().filter(line -> !line.isBlank() && !line.startsWith("import ")))
                .hasSizeLessThan(60);
    }

    @Test
    void whatRunsIsRecordedWithItsParameters() throws Exception {
        try (RecordedAccess access = open(AN_HOUR)) {
            try (Connection connection = connect(access, database.name());
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO orders VALUES (?, ?)")) {
                for (int run = 1; run <= 6; run++) { // the last ones by name, with the number in binary
                    insert.setInt(1, run);
                    insert.setString(2, "item " + run);
                    insert.executeUpdate();
                }
            }
        }

        assertThat(database.query("SELECT parameters FROM host.access_log WHERE statement LIKE 'INSERT%' ORDER BY 1"))
                .extracting(List::toString)
                .containsExactly(
                        "[[1, item 1]]",
                        "[[2, item 2]]",
                        "[[3, item 3]]",
                        "[[4, item 4]]",
                        "[[5, item 5]]",
                        "[[6, item 6]]");
        assertThat(database.query("SELECT DISTINCT client, outcome FROM host.access_log"))
                .isEqualTo(List.of(List.of(database.user(), "SUCCEEDED")));
    }

    @Test
    void whatCannotBeReadIsRecordedToo() throws Exception {
        try (RecordedAccess access = open(AN_HOUR)) {
            try (Connection connection = connect(access, database.name());
                    PreparedStatement delete =
                            connection.prepareStatement("DELETE FROM orders WHERE id = ANY (?) OR item = ?")) {
                delete.setObject(1, new int[] {1, 2}); // in binary
                delete.setString(2, "pen");
                delete.executeUpdate();
            }
        }

        assertThat(database.query("SELECT parameters FROM host.access_log WHERE statement LIKE 'DELETE%'"))
                .singleElement()
                .extracting(List::toString)
                .asString()
                .matches("\\[\\[\\\\x([0-9a-f]{2})+, pen]]");
    }

    @Test
    void theRuleOfTheHostIsInForce() throws Exception {
        try (RecordedAccess access = open(AN_HOUR);
                Connection connection = connect(access, database.name());
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("DROP TABLE orders"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("not in the access to " + database.name());
        }

        assertThat(database.query("SELECT outcome FROM host.access_log WHERE statement = 'DROP TABLE orders'"))
                .isEqualTo(List.of(List.of("REFUSED")));
        assertThat(database.query("SELECT count(*) FROM orders")).isEqualTo(List.of(List.of("0")));
    }

    @Test
    void otherDatabasesCannotBeReached() throws Exception {
        try (RecordedAccess access = open(AN_HOUR)) {
            assertThatThrownBy(() -> connect(access, "postgres").close())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("not in the access to " + database.name());
        }
    }

    @Test
    void theAccessEndsByItself() throws Exception {
        try (RecordedAccess access = open(Duration.ofSeconds(3));
                Connection connection = connect(access, database.name());
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(60)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            end -> assertThat(end.getSQLState()).isIn("57P01", "08006"));
        }
    }
}
