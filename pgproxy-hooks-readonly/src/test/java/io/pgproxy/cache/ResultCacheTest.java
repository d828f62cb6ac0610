package io.pgproxy.cache;

import static io.pgproxy.cache.CachingProxy.rows;
import static io.pgproxy.cache.CachingProxy.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Results are served as long as they hold, and no longer. */
@WithPostgres
class ResultCacheTest {
    private final TestDatabase database;
    private CachingProxy proxy;
    private Connection one;
    private Connection two;

    ResultCacheTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("""
                DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
                CREATE TABLE item (id int PRIMARY KEY, name text, price numeric);
                INSERT INTO item SELECT n, 'item ' || n, n * 1.5 FROM generate_series(1, 20) n;
                CREATE TABLE other (id int);
                CREATE VIEW cheap AS SELECT * FROM item WHERE price < 10;
                """);
        proxy = CachingProxy.before(database);
        one = proxy.connect();
        two = proxy.connect();
    }

    @AfterEach
    void stop() throws Exception {
        one.close();
        two.close();
        proxy.close();
    }

    @Test
    void aReadIsServedAgainToAllOfOneUser() throws Exception {
        assertThat(proxy.served(() -> rows(one, "SELECT count(*) FROM item"))).isZero();
        assertThat(proxy.served(
                        () -> assertThat(rows(one, "SELECT count(*) FROM item")).containsExactly("20")))
                .isOne();
        assertThat(proxy.served(
                        () -> assertThat(rows(two, "SELECT count(*) FROM item")).containsExactly("20")))
                .isOne();
    }

    @Test
    void aWriteDropsWhatWasReadFromItsTable() throws Exception {
        rows(one, "SELECT count(*) FROM item");
        rows(one, "SELECT count(*) FROM cheap");
        rows(one, "SELECT count(*) FROM other");
        run(two, "DELETE FROM item WHERE id = 1");

        assertThat(proxy.served(() -> {
                    assertThat(rows(one, "SELECT count(*) FROM item")).containsExactly("19");
                    assertThat(rows(one, "SELECT count(*) FROM cheap")).containsExactly("5");
                }))
                .isZero();
        assertThat(proxy.served(() -> rows(one, "SELECT count(*) FROM other"))).isOne();
    }

    @Test
    void whatIsRolledBackDropsNothing() throws Exception {
        rows(one, "SELECT count(*) FROM item");
        two.setAutoCommit(false);
        run(two, "DELETE FROM item");
        assertThat(proxy.served(() -> rows(one, "SELECT count(*) FROM item"))).isOne();
        two.rollback();
        assertThat(proxy.served(() -> rows(one, "SELECT count(*) FROM item"))).isOne();
        run(two, "DELETE FROM item");
        two.commit();
        assertThat(proxy.served(
                        () -> assertThat(rows(one, "SELECT count(*) FROM item")).containsExactly("0")))
                .isZero();
    }

    @Test
    void parametersAndFormatsTellResultsApart() throws Exception {
        try (PreparedStatement select = one.prepareStatement("SELECT name FROM item WHERE id = ?")) {
            for (int round = 0; round < 20; round++) {
                select.setInt(1, 1 + round % 2);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    assertThat(row.getString(1)).isEqualTo("item " + (1 + round % 2));
                }
            }
        }
        assertThat(proxy.cache().statistics().hits()).isGreaterThanOrEqualTo(14);
    }

    @Test
    void settingsTellResultsApart() throws Exception {
        run(one, "CREATE TABLE moment AS SELECT timestamptz '2026-01-01 12:00:00Z' AS at");
        proxy.readCatalog();
        run(one, "SET TimeZone = 'UTC'");
        run(two, "SET TimeZone = 'Asia/Tokyo'");
        for (int i = 0; i < 2; i++) {
            assertThat(rows(one, "SELECT at::text FROM moment")).containsExactly("2026-01-01 12:00:00+00");
            assertThat(rows(two, "SELECT at::text FROM moment")).containsExactly("2026-01-01 21:00:00+09");
        }
        run(two, "SET TimeZone = 'UTC'");
        run(two, "SET extra_float_digits = -10");
        run(one, "SET extra_float_digits = 3");
        for (int i = 0; i < 2; i++) {
            assertThat(rows(one, "SELECT (1::float8 / 3)::text")).containsExactly("0.3333333333333333");
            assertThat(rows(two, "SELECT (1::float8 / 3)::text")).containsExactly("0.33333");
        }
    }

    @Test
    void thePathTellsTablesApart() throws Exception {
        run(one, "CREATE SCHEMA side CREATE TABLE item (id int)");
        proxy.readCatalog();
        assertThat(rows(one, "SELECT count(*) FROM item")).containsExactly("20");
        assertThat(rows(one, "SELECT count(*) FROM item")).containsExactly("20");
        run(one, "SET search_path = side");
        assertThat(rows(one, "SELECT count(*) FROM item")).containsExactly("0");
        assertThat(rows(one, "SELECT count(*) FROM item")).containsExactly("0");
        run(one, "RESET search_path");
        assertThat(rows(one, "SELECT count(*) FROM item")).containsExactly("20");
        run(one, "CREATE TEMPORARY TABLE item (id int)");
        assertThat(rows(one, "SELECT count(*) FROM item")).containsExactly("0");
        assertThat(rows(two, "SELECT count(*) FROM item")).containsExactly("20");
        assertThat(rows(one, "SELECT count(*) FROM item")).containsExactly("0");
    }

    @Test
    void clientsOfOtherNamesAndTimeoutsShareResults() throws Exception {
        rows(one, "SELECT count(*) FROM item");
        run(two, "SET application_name = 'other'");
        run(two, "SET statement_timeout = 5000");
        assertThat(proxy.served(() -> rows(two, "SELECT count(*) FROM item"))).isOne();
    }

    @Test
    void itCanBeReset() throws Exception {
        rows(one, "SELECT count(*) FROM item");
        rows(one, "SELECT count(*) FROM other");
        assertThat(rows(two, "SELECT PGPROXY_Cache_Reset()")).containsExactly("2");
        assertThat(rows(two, "SELECT rustproxy_cache_reset();")).containsExactly("0");
        assertThat(proxy.served(() -> rows(one, "SELECT count(*) FROM item"))).isZero();
    }

    /** A notice belongs to its execution, and would not come again. */
    @Test
    void whatComesWithANoticeIsNotKept() throws Exception {
        database.execute("CREATE FUNCTION told(int) RETURNS int IMMUTABLE LANGUAGE plpgsql"
                + " AS 'BEGIN RAISE NOTICE ''told''; RETURN $1; END'");
        proxy.readCatalog();
        for (String mode : List.of("simple", "extended", "extendedForPrepared", "extendedCacheEverything")) {
            try (Connection connection = proxy.connect("preferQueryMode=" + mode, "prepareThreshold=2");
                    PreparedStatement statement =
                            connection.prepareStatement("SELECT told(id) FROM item WHERE id = 1")) {
                for (int i = 0; i < 5; i++) {
                    try (ResultSet rows = statement.executeQuery()) {
                        assertThat(rows.next()).isTrue();
                    }
                    assertThat(String.valueOf(statement.getWarnings())).as(mode).contains("told");
                    statement.clearWarnings();
                }
            }
        }
        assertThat(proxy.cache().statistics()).satisfies(statistics -> {
            assertThat(statistics.abandoned()).isPositive();
            assertThat(statistics.entries()).isZero();
        });
    }

    @Test
    void whatFailsIsNotKept() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> rows(one, "SELECT 1 / (id - 20) FROM item ORDER BY id"))
                    .hasMessageContaining("division by zero");
        }
        assertThat(proxy.cache().statistics().entries()).isZero();
    }
}
