package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** pgjdbc in each of its ways to send queries. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcModesTest {
    private Twice twice;

    @BeforeAll
    void start(TestDatabase database) throws Exception {
        twice = places(database);
    }

    /** Where it runs beside the server itself. */
    Twice places(TestDatabase database) throws Exception {
        return Twice.andInProcess(database);
    }

    @AfterAll
    void stop() throws Exception {
        if (twice != null) {
            twice.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "simple, false",
        "extended, false",
        "extended, true",
        "extendedForPrepared, true",
        "extendedCacheEverything, true"
    })
    void everyQueryModeGivesTheSame(String mode, String binary) throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection =
                    place.connect("preferQueryMode", mode, "binaryTransfer", binary, "prepareThreshold", "1")) {
                types(connection, out);
                preparedManyTimes(connection, out);
                batches(connection, out);
                cursors(connection, out);
                errors(connection, out);
                severalResults(connection, out);
            }
        });

        assertThat(seen)
                .contains("2024-02-29", "d9b1a2b2-0000-4000-8000-00000000002a", "division by zero", "sum 500500")
                .contains("counts [1, 1, 1]", "key 1", "results 3");
    }

    @Test
    void batchesRewrittenIntoOneInsert() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect("reWriteBatchedInserts", "true")) {
                connection.createStatement().execute("CREATE TABLE b (i int, t text)");
                try (PreparedStatement insert = connection.prepareStatement("INSERT INTO b VALUES (?, ?)")) {
                    for (int i = 0; i < 1_000; i++) {
                        insert.setInt(1, i);
                        insert.setString(2, "row " + i);
                        insert.addBatch();
                    }
                    out.say(
                            "counts",
                            Arrays.stream(insert.executeBatch())
                                    .distinct()
                                    .boxed()
                                    .toList());
                }
                out.rows(connection.createStatement().executeQuery("SELECT count(*), sum(i) FROM b"));
            }
        });

        assertThat(seen).contains("1000|499500|");
    }

    private static void types(Connection connection, Transcript out) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT ?::int2 AS a, ?::int8 AS b, ?::float8 AS c, ?::numeric AS d, ?::text AS e, ?::bytea AS f,
                    ?::uuid AS g, ?::timestamptz AS h, ?::date AS i, ?::bool AS j, ?::jsonb AS k, ?::int[] AS l,
                    ?::text[] AS m, ?::int4range AS n, ?::interval AS o, NULL::text AS p, ?::float4 AS q
                """)) {
            for (int run = 0; run < 3; run++) {
                query.setShort(1, Short.MIN_VALUE);
                query.setLong(2, Long.MAX_VALUE);
                query.setDouble(3, Math.PI);
                query.setBigDecimal(4, new java.math.BigDecimal("-12345678901234567890.0123456789"));
                query.setString(5, "ü€ \\ ' \" \n");
                query.setBytes(6, new byte[] {0, 1, -1, 39, 92});
                query.setObject(7, java.util.UUID.fromString("d9b1a2b2-0000-4000-8000-00000000002a"));
                query.setObject(8, java.time.OffsetDateTime.parse("2024-02-29T12:00:00.123456+02:00"));
                query.setObject(9, java.time.LocalDate.of(2024, 2, 29));
                query.setBoolean(10, true);
                query.setObject(11, "{\"a\": [1, null]}", Types.OTHER);
                query.setArray(12, connection.createArrayOf("int4", new Integer[] {1, null, 3}));
                query.setArray(13, connection.createArrayOf("text", new String[] {"a,b", "\"", null}));
                query.setObject(14, "[1,10)", Types.OTHER);
                query.setObject(15, "1 day 02:03:04.5", Types.OTHER);
                query.setFloat(16, 1.5f);
                try (ResultSet rows = query.executeQuery()) {
                    out.rows(rows);
                }
            }
        }
    }

    private static void preparedManyTimes(Connection connection, Transcript out) throws SQLException {
        long sum = 0;
        try (PreparedStatement query = connection.prepareStatement("SELECT ?::int + 1")) {
            for (int i = 0; i < 1_000; i++) {
                query.setInt(1, i);
                try (ResultSet rows = query.executeQuery()) {
                    rows.next();
                    sum += rows.getInt(1);
                }
            }
        }
        out.say("sum " + sum);
    }

    private static void batches(Connection connection, Transcript out) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE b (id serial PRIMARY KEY, i int UNIQUE)");
            for (int i = 0; i < 3; i++) {
                statement.addBatch("INSERT INTO b (i) VALUES (" + i + ")");
            }
            out.say("counts " + Arrays.toString(statement.executeBatch()));
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO b (i) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            for (int i = 100; i < 400; i++) {
                insert.setInt(1, i);
                insert.addBatch();
            }
            insert.executeBatch();
            out.rows(insert.getGeneratedKeys());
            for (int i = 398; i < 402; i++) {
                insert.setInt(1, i);
                insert.addBatch();
            }
            insert.executeBatch();
        } catch (BatchUpdateException e) {
            out.say("counts before the error " + Arrays.toString(e.getUpdateCounts()));
            out.error(e.getNextException() == null ? e : e.getNextException());
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO b (i) VALUES (-1)", new String[] {"id"})) {
            insert.executeUpdate();
            ResultSet keys = insert.getGeneratedKeys();
            keys.next();
            out.say("key " + (keys.getInt(1) > 300 ? 1 : 0));
        }
        out.rows(connection.createStatement().executeQuery("SELECT count(*), sum(i) FROM b"));
    }

    private static void cursors(Connection connection, Transcript out) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(10);
            try (ResultSet rows = statement.executeQuery("SELECT i FROM generate_series(1, 95) i")) {
                out.rows(rows);
            }
            statement.setFetchSize(3);
            try (ResultSet few = statement.executeQuery("SELECT 'left open', i FROM generate_series(1, 95) i")) {
                few.next();
                try (ResultSet other = connection.createStatement().executeQuery("SELECT 'meanwhile'")) {
                    out.rows(other);
                }
                few.next();
                out.say(few.getString(2));
            }
            statement.setMaxRows(4);
            out.rows(statement.executeQuery("SELECT i FROM generate_series(1, 95) i"));
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private static void errors(Connection connection, Transcript out) throws SQLException {
        for (String broken :
                new String[] {"SELECT 1/0", "SELEC 1", "SELECT * FROM nothing", "SELECT 'x'::int", "SELECT $1"}) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(broken);
                out.say("no error");
            } catch (SQLException e) {
                out.error(e);
            }
        }
        try (PreparedStatement query = connection.prepareStatement("SELECT 1 / ?::int")) {
            for (int i = 3; i >= -1; i--) {
                query.setInt(1, i);
                try (ResultSet rows = query.executeQuery()) {
                    out.rows(rows);
                } catch (SQLException e) {
                    out.error(e);
                }
            }
        }
    }

    private static void severalResults(Connection connection, Transcript out) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int results = 0;
            boolean rows = statement.execute("SELECT 1; UPDATE shop.orders SET price = 1 WHERE id < 5; SELECT 2, 3");
            while (rows || statement.getUpdateCount() >= 0) {
                results++;
                if (rows) {
                    out.rows(statement.getResultSet());
                } else {
                    out.say("updated " + statement.getUpdateCount());
                }
                rows = statement.getMoreResults();
            }
            out.say("results " + results);
            statement.execute("DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$");
            out.warnings(statement.getWarnings());
        }
    }
}
