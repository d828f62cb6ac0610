package io.pgproxy.core.recipes.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.leak.LeakCheck;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.pgproxy.tls.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/recipes.md: the program is the class beside this one, and does what the page says. */
@WithPostgres
class DocumentsTest {
    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final char[] PASSWORD = "of an hour".toCharArray();

    private final TestDatabase database;
    private final List<String> records = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    private Certificates certificates;
    private Certificates.Issued issued;

    DocumentsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void issue() throws Exception {
        certificates = new Certificates(directory, "authority");
        issued = certificates.server("server");
    }

    private PersonalAccess open(Duration length) throws Exception {
        return open(length, length);
    }

    private PersonalAccess open(Duration length, Duration ofUser) throws Exception {
        String upstream = "postgresql://" + database.user() + "@" + database.host() + ":" + database.port();
        return new PersonalAccess(
                upstream,
                database.name(),
                issued.tls(),
                PersonalAccess.person("ada", PASSWORD, ofUser),
                length,
                records::add);
    }

    private Connection connect(PersonalAccess access, String name, String password, String sslMode)
            throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "ada");
        properties.setProperty("password", password);
        properties.setProperty("sslmode", sslMode);
        properties.setProperty("sslrootcert", certificates.authority().toString());
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + access.port() + "/" + name, properties);
    }

    private Connection connect(PersonalAccess access) throws SQLException {
        return connect(access, database.name(), new String(PASSWORD), "verify-full");
    }

    private static String state(Throwable thrown) {
        return ((SQLException) thrown).getSQLState();
    }

    @Test
    void theDocumentHasTheProgram() throws Exception {
        String source =
                Files.readString(Path.of("src/test/java/io/pgproxy/core/recipes/documents/PersonalAccess.java"));
        String program = source.substring(source.indexOf("import "));

        assertThat(Files.readString(Path.of("../docs/recipes.md"))).contains("```java\n" + program + "```\n");
        assertThat(program.lines().filter(line -> !line.isBlank() && !line.startsWith("import ")))
                .hasSizeLessThan(60);
    }

    @Test
    void whatThePersonRunsIsRecordedWithItsParameters() throws Exception {
        LeakCheck check = LeakCheck.begin();
        try (PersonalAccess access = open(AN_HOUR);
                Connection connection = connect(access);
                PreparedStatement query = connection.prepareStatement("select ?::int + ?::int")) {
            query.setInt(1, 40);
            query.setInt(2, 2);
            try (var rows = query.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(42);
            }
            Await.until("it is recorded", () -> records.contains("ada: select $1::int + $2::int [40, 2]"));
        }
        check.assertNothingLeft();
    }

    @Test
    void nobodyElseComesInAndNoOtherWay() throws Exception {
        try (PersonalAccess access = open(AN_HOUR)) {
            assertThatThrownBy(() -> connect(access, database.name(), "guessed", "verify-full"))
                    .satisfies(refused -> assertThat(state(refused)).isEqualTo("28P01"));
            assertThatThrownBy(() -> connect(access, database.name(), new String(PASSWORD), "disable"))
                    .satisfies(refused -> assertThat(state(refused)).isEqualTo("28000"));
            assertThatThrownBy(() -> connect(access, "postgres", new String(PASSWORD), "verify-full"))
                    .hasMessageContaining("this access is to " + database.name() + " alone");
        }
    }

    @Test
    void theEndOfTheUserEndsItsSession() throws Exception {
        try (PersonalAccess access = open(AN_HOUR, Duration.ofSeconds(2));
                Connection connection = connect(access);
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("select pg_sleep(60)"))
                    .satisfies(end -> assertThat(state(end)).isEqualTo("57P01"));
            assertThatThrownBy(() -> connect(access))
                    .satisfies(refused -> assertThat(state(refused)).isEqualTo("28P01"));
        }
    }

    @Test
    void theEndOfTheAccessClosesThePort() throws Exception {
        try (PersonalAccess access = open(Duration.ofSeconds(2), AN_HOUR);
                Connection connection = connect(access);
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("select pg_sleep(60)"))
                    .satisfies(end -> assertThat(state(end)).isEqualTo("57P01"));
        }
    }
}
