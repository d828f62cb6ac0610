package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What clients see in {@code read-write-split --demo}, and what its servers have then. The last test ends it. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SplitDemoTest {
    private static final String WHO = "SELECT server FROM answered_by";
    private static final String PORT = "SELECT port FROM answered_by";

    @TempDir
    private static Path directory;

    private static RunningExample example;

    @BeforeAll
    static void start() throws Exception {
        example = RunningExample.startWith(List.of("PROXY_ADDR=127.0.0.1:0"), directory, "read-write-split", "--demo");
        example.readyLine();
    }

    @AfterAll
    static void end() throws Exception {
        example.close();
    }

    /** How it says that one of its servers is reached. */
    private static String conninfo(String server) throws Exception {
        Pattern line = Pattern.compile("(?m)^  " + server + "  psql \"(host=127\\.0\\.0\\.1 port=\\d+ [^\"]*)\"");
        Matcher found = line.matcher(example.standardErrorSoFar());
        assertThat(found.find()).as(server).isTrue();
        return found.group(1);
    }

    private static String port(String server) throws Exception {
        return conninfo(server).replaceFirst(".*port=(\\d+).*", "$1");
    }

    /** What a server has itself. */
    private static List<String> at(String server, String sql) throws Exception {
        try (Connection direct =
                DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port(server) + "/shop?user=shop")) {
            return RunningExample.strings(direct, sql);
        }
    }

    private static void assertBothWritersHave(String sql, String... values) throws Exception {
        assertThat(at("writer-1", sql)).containsExactly(values);
        assertThat(at("writer-2", sql)).containsExactly(values);
    }

    @Test
    @Order(1)
    void itSaysWhatThereIsToTry() throws Exception {
        assertThat(example.readyLine())
                .matches("ready: psql \"host=127\\.0\\.0\\.1 port=[1-9]\\d* user=shop dbname=shop\"");
        assertThat(example.standardErrorSoFar())
                .contains("SELECT * FROM answered_by;", "/* pgproxy: writer */", "rolled back on both");
    }

    @Test
    @Order(2)
    void readsAreTheReplicas() throws Exception {
        try (Connection connection = example.connect()) {
            assertThat(RunningExample.strings(connection, PORT)).containsExactly(port("reader-1"));
            assertThat(RunningExample.strings(connection, "SELECT setting FROM pg_settings WHERE name = 'port'"))
                    .containsExactly(port("reader-1"));
            assertThat(RunningExample.strings(connection, "/* pgproxy: writer */ " + PORT))
                    .containsExactly(port("writer-1"));
        }
    }

    @Test
    @Order(3)
    void writesAreBothWritersAndSeenAtOnce() throws Exception {
        try (Connection connection = example.connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE products SET price = 9.99 WHERE id = 7"))
                    .isEqualTo(1);
            assertThat(RunningExample.strings(connection, "SELECT price FROM products WHERE id = 7"))
                    .containsExactly("9.99");
            assertBothWritersHave("SELECT price FROM products WHERE id = 7", "9.99");
            Await.until(
                    "the replica answers again",
                    () -> RunningExample.strings(connection, WHO).contains("reader-1"));
            assertThat(RunningExample.strings(connection, "SELECT price FROM products WHERE id = 7"))
                    .containsExactly("9.99");
        }
    }

    @Test
    @Order(4)
    void aTransactionIsTheWritersAndIsCommittedOrRolledBackOnBoth() throws Exception {
        String stock = "SELECT in_stock FROM products WHERE id = 8";
        try (Connection connection = example.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(RunningExample.strings(connection, WHO)).containsExactly("writer-1");
            statement.execute("UPDATE products SET in_stock = 1008 WHERE id = 8");
            assertThat(RunningExample.strings(connection, stock)).containsExactly("1008");
            connection.commit();
            assertBothWritersHave(stock, "1008");

            statement.execute("UPDATE products SET in_stock = 0 WHERE id = 8");
            connection.rollback();
            assertBothWritersHave(stock, "1008");
        }
    }

    @Test
    @Order(5)
    void preparedStatementsReadAndWriteAgainAndAgain() throws Exception {
        try (Connection connection = example.connect();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO order_items VALUES (?, 50, 1, 1, 2.50)");
                PreparedStatement read = connection.prepareStatement(
                        "SELECT server, ? FROM answered_by WHERE EXISTS (SELECT FROM orders WHERE id = ?)")) {
            for (int i = 1; i <= 10; i++) { // pgjdbc names it at the fifth
                read.setInt(1, i);
                read.setInt(2, i);
                try (var row = read.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getString(1)).isEqualTo("reader-1");
                    assertThat(row.getInt(2)).isEqualTo(i);
                }
            }
            for (int i = 1; i <= 10; i++) {
                insert.setInt(1, i);
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
            assertBothWritersHave("SELECT count(*) FROM order_items WHERE line = 50", "10");
        }
    }

    @Test
    @Order(6)
    void whatOneWriterRefusesIsRolledBackOnBoth() throws Exception {
        try (Connection connection = example.connect();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("INSERT INTO order_items VALUES (1, 60, 1, 101, 9.99)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("23514"))
                    .hasMessageContaining("only_writer_2_checks")
                    .hasMessageContaining("writer-1: INSERT 0 1; writer-2: 23514");
            assertBothWritersHave("SELECT count(*) FROM order_items WHERE line = 60", "0");
            assertThatThrownBy(() -> statement.execute("UPDATE orders SET ordered_at = now() WHERE id = 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("0A000"));
        }
    }

    @Test
    @Order(7)
    void copyWritesToBothAndReadsFromTheReplica() throws Exception {
        try (Connection connection = example.connect()) {
            var copy = connection.unwrap(org.postgresql.PGConnection.class).getCopyAPI();
            String rows = "1,70,1,1,2.50\n2,70,1,1,2.50\n";
            assertThat(copy.copyIn("COPY order_items FROM STDIN (FORMAT csv)", new StringReader(rows)))
                    .isEqualTo(2);
            assertBothWritersHave("SELECT order_id FROM order_items WHERE line = 70 ORDER BY 1", "1", "2");
        }
    }

    @Test
    @Order(8)
    @EnabledIf("io.pgproxy.examples.Psql#isThere")
    void psqlDescribesReadsAndWrites() throws Exception {
        String output = Psql.run(
                example.conninfo(),
                "\\d orders",
                "SELECT * FROM answered_by",
                "INSERT INTO order_items VALUES (3, 80, 1, 2, 5.00) RETURNING 'line ' || line",
                "SELECT sum(quantity) || ' of it' FROM order_items WHERE line = 80",
                "COPY (SELECT id, status FROM orders ORDER BY id LIMIT 1) TO STDOUT");
        assertThat(output)
                .contains("Table \"public.orders\"", " line 80", " 2 of it", "1\tpaid")
                .containsPattern("reader-1 \\| +" + port("reader-1"));
        for (String writer : List.of("writer-1", "writer-2")) {
            assertThat(Psql.run(conninfo(writer), "SELECT 'has ' || quantity FROM order_items WHERE line = 80"))
                    .contains(" has 2");
        }
    }

    @Test
    @Order(9)
    void nobodyIsSuperuserAndThereIsOneDatabase() {
        assertThatThrownBy(() -> at("reader-1", "SELECT pg_read_file('postgresql.conf')"))
                .hasMessageContaining("permission denied");
        for (String server : List.of("writer-1", "writer-2", "reader-1")) {
            assertThatThrownBy(() -> DriverManager.getConnection(
                                    "jdbc:postgresql://127.0.0.1:" + port(server) + "/postgres?user=postgres")
                            .close())
                    .hasMessageContaining("not permitted to log in");
        }
        assertThatThrownBy(() -> DriverManager.getConnection(example.jdbcUrl().replace("/shop?", "/postgres?"))
                        .close())
                .hasMessageContaining("this proxy serves the database \"shop\" alone");
    }

    @Test
    @Order(10)
    void aSignalEndsAllServersAndTellsWhereEverythingWent() throws Exception {
        List<ProcessHandle> children = new ArrayList<>(example.children());
        assertThat(children).hasSizeGreaterThan(3);
        assertThat(example.servers()).hasSize(3);

        example.signal("TERM");

        assertThat(example.exitCode()).isZero();
        assertThat(example.servers()).isEmpty();
        for (ProcessHandle child : children) {
            child.onExit().get(10, TimeUnit.SECONDS);
        }
        assertThat(example.standardOutput()).isEqualTo(example.readyLine() + "\n");
        assertThat(example.standardError().lines())
                .noneMatch(line -> line.contains(" WARN ") || line.contains("LEAK"))
                .anyMatch(line -> line.matches(".* INFO Routing - [1-9]\\d* reads went to readers; .*"));
    }
}
