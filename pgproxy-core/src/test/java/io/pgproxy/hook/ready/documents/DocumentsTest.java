package io.pgproxy.hook.ready.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The programs of docs/ready-made-hooks.md are the classes beside this one, and do what is said there. */
@WithPostgres
final class DocumentsTest {
    private static final Path SOURCES = Path.of("src/test/java/io/pgproxy/hook/ready/documents");
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```$");

    @Test
    void theDocumentHasTheseProgramsAndNoOthers() throws IOException {
        List<String> documented = JAVA.matcher(Files.readString(Path.of("../docs/ready-made-hooks.md")))
                .results()
                .map(block -> block.group(1))
                .toList();

        assertThat(documented)
                .containsExactly(
                        source("Rules.java"),
                        source("SlowQueries.java"),
                        source("SupportDesk.java"),
                        source("BadDay.java"),
                        source("WhoIsThere.java"));
    }

    private static String source(String file) throws IOException {
        String source = Files.readString(SOURCES.resolve(file));
        return source.substring(source.indexOf("import "));
    }

    @Test
    void reportsReadAndLeaveTheLogAlone(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE IF NOT EXISTS audit_log (a int)");
        try (ProxyServer proxy = proxy(database, Rules.hook(), SlowQueries.hook());
                Connection client = connect(proxy, database, "simple");
                Statement statement = client.createStatement()) {
            assertThat(one(statement, "SELECT 'audit_log'")).isEqualTo("audit_log");
            assertRefused("42501", statement, "SELECT * FROM Audit_Log");
            assertRefused("42501", statement, "EXPLAIN ANALYZE INSERT INTO audit_log VALUES (1)");
            assertRefused("0A000", statement, "COPY audit_log TO STDOUT");
            assertThat(one(statement, "SELECT 2")).isEqualTo("2");
        }
        assertThat(database.query("SELECT count(*) FROM audit_log")).containsExactly(List.of("0"));
    }

    @Test
    void theSupportDeskSeesWhatItNeeds(TestDatabase database) throws Exception {
        database.execute("""
                DROP TABLE IF EXISTS customers;
                CREATE TABLE customers (id int, email text, phone text, iban text, password_hash text);
                INSERT INTO customers VALUES (1, 'a@b.example', '+49 30 123', 'DE02120300000000202051', 'x'),
                                             (2, null, null, null, null);
                """);
        for (String mode : List.of("simple", "extended")) {
            try (ProxyServer proxy = proxy(database, SupportDesk.hook(new byte[32]));
                    Connection client = connect(proxy, database, mode);
                    Statement statement = client.createStatement()) {
                List<List<@Nullable String>> rows = all(
                        statement, "SELECT id, iban AS i, phone AS p, password_hash AS h FROM customers ORDER BY 1");
                assertThat(rows.get(0)).containsExactly("1", "****2051", "+## ## ###", null);
                assertThat(rows.get(1)).containsExactly("2", null, null, null);
                assertThat(one(statement, "SELECT email FROM customers WHERE id = 1"))
                        .matches("[0-9a-f]{64}");
                assertThat(one(statement, "SELECT upper(email) FROM customers WHERE id = 1"))
                        .isEqualTo("A@B.EXAMPLE");
            }
        }
    }

    @Test
    void onABadDayUpdatesFailAndConnectionsBreak(TestDatabase database) throws Exception {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        try (ProxyServer proxy = proxy(database, BadDay.hook(scheduler));
                Connection client = connect(proxy, database, "simple");
                Statement statement = client.createStatement()) {
            assertRefused("40001", statement, "UPDATE pg_class SET relname = relname WHERE false");
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> {
                        for (int i = 0; i < 30; i++) {
                            one(statement, "SELECT 1");
                        }
                    })
                    .satisfies(lost -> assertThat(lost.getSQLState()).startsWith("08"));
        } finally {
            scheduler.shutdownNow();
        }
    }

    @Test
    void theUpstreamKnowsWhoIsThere(TestDatabase database) throws Exception {
        try (ProxyServer proxy = WhoIsThere.start(url(database));
                Connection client = connect(proxy, database, "simple");
                Statement statement = client.createStatement()) {
            assertThat(one(statement, "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"))
                    .matches(".+ \\[" + database.user() + "@127\\.0\\.0\\.1:[0-9]+\\]");
        }
    }

    private static String url(TestDatabase database) {
        return "postgresql://" + database.user() + ":" + database.password() + "@" + database.host() + ":"
                + database.port();
    }

    private static ProxyServer proxy(TestDatabase database, QueryHook... hooks) throws IOException {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(url(database))
                .hook("hooks", QueryHook.all(hooks))
                .build()
                .start();
    }

    private static Connection connect(ProxyServer proxy, TestDatabase database, String mode) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database.name() + "?preferQueryMode=" + mode
                        + "&sslmode=disable&gssEncMode=disable",
                database.user(),
                database.password());
    }

    private static @Nullable String one(Statement statement, String sql) throws SQLException {
        return all(statement, sql).get(0).get(0);
    }

    private static List<List<@Nullable String>> all(Statement statement, String sql) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static void assertRefused(String sqlState, Statement statement, String sql) {
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> statement.execute(sql))
                .satisfies(refusal -> assertThat(refusal.getSQLState()).isEqualTo(sqlState));
    }
}
