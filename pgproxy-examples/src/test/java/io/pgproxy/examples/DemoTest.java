package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What a client sees in {@code passthrough --demo}. */
class DemoTest {

    private static RunningExample example;

    @BeforeAll
    static void start() throws Exception {
        example = RunningExample.start("passthrough", "--demo", "--listen", "0.0.0.0:0");
        example.readyLine();
    }

    @AfterAll
    static void end() throws Exception {
        example.close();
    }

    @Test
    void theReadyLineNamesAnAddressThatAClientCanUse() throws Exception {
        assertThat(example.readyLine())
                .matches("ready: psql \"host=127\\.0\\.0\\.1 port=[1-9]\\d* user=shop dbname=shop\"");
    }

    @Test
    void theShopHasTheSameRowsAtEachStart() throws Exception {
        try (var connection = example.connect()) {
            assertThat(RunningExample.strings(connection, """
                    SELECT count(*) FROM customers UNION ALL SELECT count(*) FROM products
                    UNION ALL SELECT count(*) FROM orders UNION ALL SELECT count(*) FROM order_items
                    """)).containsExactly("500", "200", "2000", "5000");
            assertThat(RunningExample.strings(connection, "SELECT sum(quantity * unit_price) FROM order_items"))
                    .containsExactly("501394.61");
            assertThat(RunningExample.strings(connection, """
                    SELECT c.name FROM customers c JOIN orders o ON o.customer_id = c.id
                    WHERE o.id = 42 AND o.ordered_at < '2026-01-01'
                    """)).containsExactly("Tom Horvat");
        }
    }

    @Test
    void aRolledBackChangeIsGone() throws Exception {
        try (var connection = example.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(statement.executeUpdate("DELETE FROM orders WHERE id <= 10"))
                    .isEqualTo(10);
            connection.rollback();
            assertThat(RunningExample.strings(connection, "SELECT count(*) FROM orders"))
                    .isEqualTo(List.of("2000"));
        }
    }

    @Test
    @EnabledIf("io.pgproxy.examples.Psql#isThere")
    void psqlDescribesAndSelects() throws Exception {
        String output = Psql.run(
                example.conninfo(),
                "\\d",
                "\\d orders",
                "SELECT name FROM products ORDER BY id LIMIT 2",
                "COPY (SELECT id, status FROM orders ORDER BY id LIMIT 1) TO STDOUT");
        assertThat(output)
                .contains("public | order_items ", "Table \"public.orders\"", "orders_customer_id_fkey")
                .contains(" Blue Basket", " Compact Basket")
                .contains("1\tpaid");
    }

    /** Who reaches the proxy is trusted; a superuser could run programs on this machine. */
    @Test
    void nobodyIsSuperuser() {
        assertThatThrownBy(() -> {
                    String url = example.jdbcUrl().replace("user=shop", "user=postgres");
                    DriverManager.getConnection(url).close();
                })
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo("28000"))
                .hasMessageContaining("not permitted to log in");
    }
}
