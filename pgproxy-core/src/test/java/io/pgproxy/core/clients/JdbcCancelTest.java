package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Cancel requests and time limits of pgjdbc. */
@WithPostgres
class JdbcCancelTest {
    private static Twice twice;

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        twice = Twice.andInProcess(database);
    }

    @AfterAll
    static void stop() throws Exception {
        if (twice != null) {
            twice.close();
        }
    }

    @Test
    void aRunningStatementIsCancelledAndTheSessionGoesOn() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect();
                    Connection other = place.connect();
                    Statement statement = connection.createStatement()) {
                for (int i = 0; i < 5; i++) {
                    CompletableFuture<Void> cancelled =
                            CompletableFuture.runAsync(() -> cancelWhenSleeping(other, statement));
                    out.refused(() -> statement.execute("SELECT pg_sleep(30)"));
                    cancelled.join();
                    out.rows(statement.executeQuery("SELECT 'next'"));
                }
            }
        });

        assertThat(seen).contains("57014", "canceling statement due to user request", "next|");
    }

    @Test
    void aLateCancelHitsNothing() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect();
                    Statement statement = connection.createStatement()) {
                for (int i = 0; i < 20; i++) {
                    statement.execute("SELECT " + i);
                    statement.cancel();
                }
                out.rows(statement.executeQuery("SELECT 'unharmed'"));
            }
        });

        assertThat(seen).contains("unharmed|");
    }

    @Test
    void aQueryTimeoutEndsTheQuery() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect();
                    PreparedStatement statement = connection.prepareStatement("SELECT pg_sleep(30)")) {
                statement.setQueryTimeout(1);
                out.refused(statement::execute);
                connection.setNetworkTimeout(Runnable::run, 10_000);
                try (ResultSet rows = connection.createStatement().executeQuery("SELECT 'next'")) {
                    out.rows(rows);
                }
            }
        });

        assertThat(seen).contains("57014", "next|");
    }

    private static void cancelWhenSleeping(Connection other, Statement statement) {
        try (PreparedStatement look = other.prepareStatement(
                "SELECT 1 FROM pg_stat_activity" + " WHERE wait_event = 'PgSleep' AND datname = current_database()")) {
            boolean sleeping = false;
            while (!sleeping) {
                try (ResultSet rows = look.executeQuery()) {
                    sleeping = rows.next();
                }
            }
            statement.cancel();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
