package io.pgproxy.core.ways.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** The service of docs/embedding.md is the class beside this one, and does what is said there. */
@WithPostgres
class DocumentsTest {
    @Test
    void theProgramIsTheOneOfThePage() throws Exception {
        String program = Files.readString(Path.of("src/test/java/io/pgproxy/core/ways/documents/OwnQueries.java"));
        assertThat(Files.readString(Path.of("../docs/embedding.md")))
                .contains("```java\n" + program.substring(program.indexOf("import ")) + "```");
    }

    @Test
    void itsQueriesPassItsHooks(TestDatabase database) throws Exception {
        try (OwnQueries service = new OwnQueries(
                        "postgresql://" + database.host() + ":" + database.port(),
                        database.name(),
                        database.user(),
                        database.password());
                Connection connection = service.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("select 42")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(42);
            }
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.execute("create table t (a int)"))
                    .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("42501"));
        }
    }
}
