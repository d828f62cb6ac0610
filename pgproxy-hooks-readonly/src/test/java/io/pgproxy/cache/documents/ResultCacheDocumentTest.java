package io.pgproxy.cache.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.cache.ResultCacheHookBuilder;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** docs/result-cache.md: its program is the class beside this one, and it speaks of every option. */
@WithPostgres
class ResultCacheDocumentTest {
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```$");

    private final TestDatabase database;

    ResultCacheDocumentTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void theDocumentHasThisProgramAndNoOther() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/pgproxy/cache/documents/CachedShop.java"));
        List<String> documented =
                JAVA.matcher(document()).results().map(block -> block.group(1)).toList();

        assertThat(documented).containsExactly(source.substring(source.indexOf("import ")));
    }

    @Test
    void theProgramServes() throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        ExecutorService mayBlock = Executors.newSingleThreadExecutor();
        try (ProxyServer server = CachedShop.start(database.url(), source, mayBlock);
                Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database.name(),
                        database.user(),
                        database.password());
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 2; i++) {
                try (ResultSet row = statement.executeQuery("SELECT 1")) {
                    assertThat(row.next()).isTrue();
                }
            }
        } finally {
            mayBlock.shutdownNow();
        }
    }

    @Test
    void everyOptionIsDocumented() throws IOException {
        String document = document();

        assertThat(Arrays.stream(ResultCacheHookBuilder.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .filter(method -> method.getReturnType() == ResultCacheHookBuilder.class)
                        .map(Method::getName)
                        .distinct())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(document).containsPattern("(?m)[`.]" + name + "[(`]"));
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("../docs/result-cache.md"));
    }
}
