package io.pgproxy.core.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Limits as an application sees them. */
@WithPostgres
class JdbcLimitsTest {
    private final TestDatabase database;
    private LimitedProxy proxy;

    JdbcLimitsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
        proxy = LimitedProxy.before(
                database, limits -> limits.maxRows(100).maxBytes(100_000).maxTime(Duration.ofMillis(400)));
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private static String stateOf(Statement statement, String sql) {
        return catchThrowableOfType(SQLException.class, () -> {
                    try (ResultSet rows = statement.executeQuery(sql)) {
                        while (rows.next()) {
                            assertThat(rows.getString(1)).isNotNull();
                        }
                    }
                })
                .getSQLState();
    }

    private static void isUsable(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("select count(*) from t")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
    void rowsBytesAndTimeInEachMode(String mode) throws Exception {
        try (Connection connection = proxy.jdbc("preferQueryMode", mode);
                Statement statement = connection.createStatement()) {
            for (int run = 0; run < 7; run++) { // server-side names from the fifth on
                assertThat(stateOf(statement, "select generate_series(1, 101)")).isEqualTo("54000");
                isUsable(statement);
            }
            assertThat(stateOf(statement, "select repeat('x', 200000)")).isEqualTo("54000");
            assertThat(stateOf(statement, "select pg_sleep(30)")).isEqualTo("57014");
            assertThat(stateOf(statement, "insert into t select generate_series(1, 200) returning a"))
                    .isEqualTo("54000");
            isUsable(statement);
            connection.setAutoCommit(false);
            statement.execute("insert into t values (1)");
            assertThat(stateOf(statement, "select generate_series(1, 101)")).isEqualTo("54000");
            assertThat(stateOf(statement, "select 1")).isEqualTo("25P02");
            connection.rollback();
            isUsable(statement);
            connection.commit();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 100})
    void aResultThatIsFetchedInParts(int fetchSize) throws Exception {
        try (Connection connection = proxy.jdbc();
                PreparedStatement statement = connection.prepareStatement("select generate_series(1, ?)")) {
            connection.setAutoCommit(false);
            statement.setFetchSize(fetchSize);
            for (int size : List.of(99, 100, 101, 5_000)) {
                statement.setInt(1, size);
                int seen = 0;
                String state = "";
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        seen++;
                    }
                } catch (SQLException e) {
                    state = e.getSQLState();
                }
                assertThat(state).isEqualTo(size > 100 ? "54000" : "");
                assertThat(seen).isLessThanOrEqualTo(100);
                connection.rollback();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void copyBothWays(boolean autoCommit) throws Exception {
        try (Connection connection = proxy.jdbc();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(autoCommit);
            var copy = connection.unwrap(PGConnection.class).getCopyAPI();
            SQLException many = catchThrowableOfType(
                    SQLException.class,
                    () -> copy.copyOut("copy (select generate_series(1, 101)) to stdout", new StringWriter()));
            assertThat(many.getSQLState()).isEqualTo("54000");
            if (!autoCommit) {
                connection.rollback();
            }
            CopyIn stalled = copy.copyIn("copy t from stdin");
            stalled.writeToCopy("1\n".getBytes(StandardCharsets.UTF_8), 0, 2);
            stalled.flushCopy();
            Await.until(
                    "the server has no COPY any more",
                    () -> database.query(
                                    "select 1 from pg_stat_activity where query like 'copy t%' and state = 'active'")
                            .isEmpty());
            stalled.writeToCopy("2\n".getBytes(StandardCharsets.UTF_8), 0, 2); // it has not looked yet
            SQLException late = catchThrowableOfType(SQLException.class, stalled::endCopy);
            assertThat(late.getSQLState()).isEqualTo("57014");
            if (!autoCommit) {
                connection.rollback();
            }
            isUsable(statement);
            assertThat(copy.copyIn("copy t from stdin", new StringReader("1\n2\n")))
                    .isEqualTo(2);
            statement.execute("delete from t");
        }
    }
}
