package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Relay;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits as somebody at psql sees them. */
@WithPostgres
class PsqlLimitsTest {
    private final TestDatabase database;

    PsqlLimitsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    static void psql() {
        Psql.isThere();
    }

    @Test
    void eachErrorIsToldAndTheSessionGoesOn() throws Exception {
        database.execute("drop table if exists t; create table t (a int)");
        try (Relay relay = Relay.to(
                database.host(),
                database.port(),
                limits -> limits.maxRows(10)
                        .maxBytes(50_000)
                        .maxTime(Duration.ofMillis(300))
                        .statementLength(1_000))) {
            Transcript seen = new Transcript();
            Psql.at(new Place("127.0.0.1", relay.port(), database.name(), database.user(), database.password()))
                    .feed(
                            seen,
                            String.join(
                                    "\n",
                                    "\\set VERBOSITY sqlstate",
                                    "select generate_series(1, 11);",
                                    "select repeat('x', 60000);",
                                    "select pg_sleep(20);",
                                    "copy (select generate_series(1, 11)) to stdout;",
                                    "insert into t values (1)\\; select generate_series(1, 11)\\; insert into t values (2);",
                                    "select '" + "y".repeat(1_000) + "';",
                                    "begin; insert into t values (3); select generate_series(1, 11); commit;",
                                    "select count(*) from t;"));
            String script = seen.toString();
            assertThat(script.lines().filter(line -> line.contains("ERROR")))
                    .containsExactly(
                            "ERROR:  54000",
                            "ERROR:  54000",
                            "ERROR:  57014",
                            "ERROR:  54000",
                            "ERROR:  54000",
                            "ERROR:  54000",
                            "ERROR:  54000");
            assertThat(script).contains("ROLLBACK").containsPattern("count[\\s|+-]+0");
        }
    }
}
