package io.pgproxy.cache;

import static io.pgproxy.cache.CachingProxy.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comments in front of statements say is done for those that are trusted, and for nobody else. */
@WithPostgres
class HintsTest {
    private static final String NOT = "/* pgproxy: no-cache */ SELECT v FROM item";
    private static final String LONG = "/* pgproxy: cache 1h */ SELECT v FROM item";
    private static final String SHORT = "/* pgproxy: cache 1ms */ SELECT v FROM item";

    private final TestDatabase database;
    private CachingProxy proxy;
    private Connection trusted;
    private Connection stranger;

    HintsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("""
                DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
                CREATE TABLE item (v int);
                INSERT INTO item VALUES (1);
                """);
        begin(Duration.ofMinutes(15));
    }

    private void begin(Duration age) throws Exception {
        proxy = CachingProxy.before(
                database,
                cache -> cache.timeToLive(age)
                        .hints(session -> session.setting("application_name").equals("trusted")));
        trusted = proxy.connect("ApplicationName=trusted");
        stranger = proxy.connect("ApplicationName=stranger");
    }

    @AfterEach
    void end() throws Exception {
        trusted.close();
        stranger.close();
        proxy.close();
    }

    /**
     * How often it is served of the two times that it is asked for behind the first, and behind more than a
     * millisecond.
     */
    private long served(Connection connection, String sql) throws Exception {
        return proxy.served(() -> {
            for (int i = 0; i < 3; i++) {
                assertThat(rows(connection, sql)).isNotEmpty();
                Thread.sleep(2);
            }
        });
    }

    @Test
    void aHintKeepsAResultFromBeingKept() throws Exception {
        assertThat(served(trusted, NOT)).isZero();
        assertThat(served(stranger, NOT)).isEqualTo(2);
        assertThat(served(trusted, NOT)).isZero();
    }

    @Test
    void aHintSaysForHowLong() throws Exception {
        assertThat(served(trusted, SHORT)).isZero();
        assertThat(served(stranger, SHORT)).isEqualTo(2);
        end();
        begin(Duration.ofMillis(1));
        assertThat(served(trusted, "SELECT v FROM item")).isZero();
        assertThat(served(stranger, LONG)).isZero();
        assertThat(served(trusted, LONG)).isEqualTo(2);
    }

    @Test
    void aHintOfAPreparedStatementCounts() throws Exception {
        for (String how : new String[] {NOT, LONG}) {
            long served = proxy.served(() -> {
                try (PreparedStatement statement = trusted.prepareStatement(how + " WHERE v = ?")) {
                    for (int i = 0; i < 8; i++) {
                        statement.setInt(1, 1);
                        try (ResultSet rows = statement.executeQuery()) {
                            assertThat(rows.next()).isTrue();
                        }
                    }
                }
            });
            // The driver asks for another format once it has prepared the statement, which is another result.
            assertThat(served).as(how).isEqualTo(how.equals(NOT) ? 0 : 6);
        }
    }

    @Test
    void aHintMakesNothingCacheable() throws Exception {
        assertThat(served(trusted, "/* pgproxy: cache 1h */ SELECT clock_timestamp() FROM item"))
                .isZero();
        assertThat(served(trusted, "/* pgproxy: cache 1h */ SELECT v FROM item FOR UPDATE"))
                .isZero();
    }
}
