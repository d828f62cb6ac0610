package io.pgproxy.core.fanout.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The program of docs/routing.md is the class beside this one, and does what is said there. */
@WithPostgres
class DocumentsTest {
    @Test
    void theProgramIsTheOneOfThePage() throws Exception {
        String program = Files.readString(Path.of("src/test/java/io/pgproxy/core/fanout/documents/Mirrored.java"));
        assertThat(Files.readString(Path.of("../docs/routing.md")))
                .contains("```java\n" + program.substring(program.indexOf("import ")) + "```");
    }

    /** Which server has run a statement the servers say. */
    @Test
    void itWritesToBoth(LocalPostgres one, @WithPostgres(name = "other") LocalPostgres other) throws Exception {
        List<LocalPostgres> servers = List.of(one, other);
        for (LocalPostgres server : servers) {
            server.createDatabase("mirrored");
        }
        try {
            try (ProxyServer server = Mirrored.start(one.url("mirrored"), other.url("mirrored"));
                    Connection connection =
                            DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + server.port() + "/mirrored");
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("CREATE TABLE t (id int)");
                assertThat(statement.executeUpdate("INSERT INTO t VALUES (1), (2)"))
                        .isEqualTo(2);
            }
            for (LocalPostgres server : servers) {
                assertThat(server.query("mirrored", "SELECT inet_server_port()::text, count(*) FROM t"))
                        .containsExactly(List.of(String.valueOf(server.port()), "2"));
            }
        } finally {
            for (LocalPostgres server : servers) {
                server.dropDatabase("mirrored");
            }
        }
    }
}
