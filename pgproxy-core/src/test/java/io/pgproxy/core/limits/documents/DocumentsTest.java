package io.pgproxy.core.limits.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** The program of docs/limits.md is the class beside this one, and does what is said there. */
@WithPostgres
class DocumentsTest {
    @Test
    void theProgramIsTheOneOfThePage() throws Exception {
        String program = Files.readString(Path.of("src/test/java/io/pgproxy/core/limits/documents/Guarded.java"));
        assertThat(Files.readString(Path.of("../docs/limits.md")))
                .contains("```java\n" + program.substring(program.indexOf("import ")) + "```");
    }

    @Test
    void itLimits(TestDatabase database) throws Exception {
        try (ProxyServer server = Guarded.start("postgresql://" + database.host() + ":" + database.port());
                Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database.name(),
                        database.user(),
                        database.password());
                Statement statement = connection.createStatement()) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.executeQuery("select generate_series(1, 10001)"))
                    .satisfies(e -> assertThat(e.getSQLState()).isEqualTo("54000"));
            statement.executeQuery("select generate_series(1, 10000)").close();
        }
    }
}
