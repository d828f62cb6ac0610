package io.pgproxy.audit.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.audit.AuditBuilder;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/audit.md: its program is the class beside this one, and its tables have every member and every option. */
@WithPostgres
class DocumentsTest {
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```$");
    private static final Pattern JSON = Pattern.compile("(?ms)^```json\\R(.*?)^```$");

    private static List<String> blocks(Pattern kind) throws IOException {
        return kind.matcher(document()).results().map(block -> block.group(1)).toList();
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("../docs/audit.md"));
    }

    @Test
    void theDocumentHasThisProgramAndNoOther() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/pgproxy/audit/documents/AuditedShop.java"));

        assertThat(blocks(JAVA)).containsExactly(source.substring(source.indexOf("import ")));
    }

    @Test
    void theProgramWritesLinesLikeThatOfTheDocument(TestDatabase database, @TempDir Path directory) throws Exception {
        Path file = directory.resolve("audit.jsonl");
        String url = "postgresql://" + database.user() + ":" + database.password() + "@" + database.host() + ":"
                + database.port();
        try (AuditedShop shop = new AuditedShop(url, file);
                Connection client = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + shop.port() + "/" + database.name()
                                + "?sslmode=disable&gssEncMode=disable",
                        database.user(),
                        database.password());
                Statement statement = client.createStatement()) {
            statement.execute("SELECT 'a value'");
        }

        String line = Files.readAllLines(file).stream()
                .filter(one -> one.contains("\"text\":\"select ?\""))
                .findFirst()
                .orElseThrow();
        assertThat(new JsonObject(blocks(JSON).get(0)).fieldNames())
                .containsExactlyElementsOf(new JsonObject(line).fieldNames());
    }

    @Test
    void everyMemberIsDocumented() throws IOException {
        String document = document();

        assertThat(new JsonObject(blocks(JSON).get(0)).fieldNames())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(document).containsPattern("(?m)^\\|[^|]*`" + name + "`"));
    }

    @Test
    void everyOptionIsDocumented() throws IOException {
        String document = document();

        assertThat(Arrays.stream(AuditBuilder.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .filter(method -> method.getReturnType() == AuditBuilder.class)
                        .map(Method::getName))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(document).containsPattern("(?m)^\\|[^|]*`" + name + "`"));
    }
}
