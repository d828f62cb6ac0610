package io.pgproxy.routing.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.routing.ProbeSettings;
import io.pgproxy.routing.ReadWriteSplitBuilder;
import io.pgproxy.routing.SplitCounts;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** docs/read-write-split.md: its program is the class beside this one, and its tables have every option. */
@Timeout(120)
class DocumentsTest {
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```$");

    @Test
    void theDocumentHasThisProgramAndNoOther() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/pgproxy/routing/documents/Split.java"));
        List<String> documented =
                JAVA.matcher(document()).results().map(block -> block.group(1)).toList();

        assertThat(documented).containsExactly(source.substring(source.indexOf("import ")));
    }

    @Test
    void everyOptionAndCountIsDocumented() throws IOException {
        String document = document();
        assertThat(Arrays.stream(ReadWriteSplitBuilder.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .filter(method -> method.getReturnType() == ReadWriteSplitBuilder.class)
                        .map(method -> method.getName() + "("))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(document).contains("| `" + name));
        for (Class<?> type : List.of(ProbeSettings.class, SplitCounts.class)) {
            assertThat(Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName))
                    .allSatisfy(name -> assertThat(document).contains("| `" + name + "`"));
        }
    }

    @Test
    void theProgramSplits(@WithPostgres(own = true, primary = true) LocalPostgres primary) throws Exception {
        try (LocalReplica replica = primary.startReplica();
                Split split =
                        Split.start(primary.url("postgres"), replica.server().url("postgres"));
                Connection client = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + split.server().port() + "/postgres", "x", "");
                Statement statement = client.createStatement()) {
            statement.execute("CREATE TABLE orders (id int)");
            long deadline = System.nanoTime() + 30_000_000_000L;
            while (!isTrue(statement, "SELECT pg_is_in_recovery()")) {
                assertThat(System.nanoTime() - deadline).isNegative();
                LockSupport.parkNanos(1_000_000);
            }
            for (int i = 1; i <= 20; i++) {
                statement.execute("INSERT INTO orders VALUES (1)");
                assertThat(isTrue(statement, "SELECT count(*) = " + i + " FROM orders"))
                        .isTrue();
            }
        }
    }

    private static boolean isTrue(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("../docs/read-write-split.md"));
    }
}
