package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** psql's ways to send statements. */
@WithPostgres
class PsqlStatementsTest {
    private static Twice twice;

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        Psql.isThere();
        twice = Twice.in(database);
    }

    @AfterAll
    static void stop() throws Exception {
        if (twice != null) {
            twice.close();
        }
    }

    @Test
    void severalStatementsInOneString() throws Exception {
        String seen = twice.sees((place, out) -> {
            Psql psql = Psql.at(place);
            psql.feed(
                    out,
                    "",
                    "-c",
                    "SELECT 1; SELECT 'two' AS t, 2; CREATE TABLE m (i int); INSERT INTO m VALUES (1), (2)");
            psql.feed(out, "", "-c", "INSERT INTO m VALUES (3); SELECT 1/0; SELECT 'never'");
            psql.feed(out, "", "-c", "TABLE m", "-c", "SELECT 'a' \\; SELECT 'b'", "-c", "");
            psql.feed(out, "SELECT 1 \\; SELECT 2 \\; SELECT 3;\n;\nTABLE m;\n/* nothing */;\nSELECT;\n");
            psql.feed(out, "INSERT INTO m VALUES (4)\\; INSERT INTO m VALUES (5)\\; SELECT nope;\nTABLE m;\n");
        });

        assertThat(seen).contains("INSERT 0 2", "division by zero", "column \"nope\" does not exist", "(2 rows)");
    }

    @Test
    void transactionsWithErrorsAndSavepoints() throws Exception {
        String seen = twice.sees((place, out) -> Psql.at(place).feed(out, """
                CREATE TABLE t (i int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);
                BEGIN;
                INSERT INTO t VALUES (1);
                SAVEPOINT a;
                INSERT INTO t VALUES ('no number');
                SELECT 'refused in a failed block';
                ROLLBACK TO a;
                INSERT INTO t VALUES (2);
                RELEASE a;
                COMMIT;
                BEGIN;
                SELECT 1/0;
                COMMIT;
                BEGIN;
                INSERT INTO t VALUES (1);
                COMMIT;
                ROLLBACK;
                START TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE;
                INSERT INTO t VALUES (9);
                ABORT AND CHAIN;
                SHOW transaction_isolation;
                COMMIT;
                \\set ON_ERROR_ROLLBACK on
                BEGIN;
                SELECT broken;
                INSERT INTO t VALUES (7);
                COMMIT;
                TABLE t;
                DO $$ BEGIN RAISE NOTICE 'n1'; RAISE WARNING 'w1'; RAISE EXCEPTION 'e1' USING DETAIL = 'd', HINT = 'h'; END $$;
                VACUUM t;
                """, "-v", "VERBOSITY=verbose"));

        assertThat(seen)
                .contains("WARNING:  25P01", "ERROR:  25P02", "ERROR:  22012", "ERROR:  25006", "ERROR:  23505")
                .contains("NOTICE:  00000: n1", "VACUUM");
    }

    @Test
    void exitCodesOfScriptsThatFail() throws Exception {
        String seen = twice.sees((place, out) -> {
            Psql psql = Psql.at(place);
            psql.feed(out, "SELECT 1/0;\nSELECT 'went on';\n");
            psql.feed(out, "SELECT 1/0;\nSELECT 'went on';\n", "-v", "ON_ERROR_STOP=1");
            psql.feed(
                    out, "INSERT INTO shop.customers VALUES (99, 'x');\nSELECT 1/0;\n", "-1", "-v", "ON_ERROR_STOP=1");
            psql.feed(out, "", "-c", "SELECT 1/0");
            psql.feed(out, "", "-Atc", "SELECT count(*) FROM shop.customers");
            psql.feed(out, "SELECT 1;\nSELECT pg_terminate_backend(pg_backend_pid());\nSELECT 2;\n");
        });

        assertThat(seen)
                .contains("exit code: 3", "exit code: 1", "exit code: 2")
                .contains("\n41\n", "terminating connection due to administrator command");
    }

    @Test
    void rowsInPortionsOfACursor() throws Exception {
        String seen = twice.sees((place, out) -> Psql.at(place).feed(out, """
                \\set FETCH_COUNT 7
                SELECT i, repeat('x', i) FROM generate_series(1, 30) i;
                SELECT 1 / (20 - i) FROM generate_series(1, 30) i;
                BEGIN;
                SELECT i FROM generate_series(1, 14) i;
                COMMIT;
                SELECT 'none' WHERE false;
                INSERT INTO shop.customers VALUES (77, 'returned') RETURNING *;
                """));

        assertThat(seen).contains("30 | xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "division by zero", "(14 rows)");
    }

    @Test
    void metaCommandsThatUseTheExtendedProtocol() throws Exception {
        String seen = twice.sees((place, out) -> Psql.at(place).feed(out, """
                SELECT id, name, born, notes FROM shop.customers \\gdesc
                CREATE TABLE x () \\gdesc
                SELECT broken \\gdesc
                SELECT 1 AS one, 'b' AS two \\gset p_
                \\echo :p_one :p_two
                SELECT 'SELECT ' || i || ';' FROM generate_series(1, 3) i \\gexec
                SELECT state, customer % 2 AS odd, count(*) FROM shop.orders GROUP BY 1, 2 ORDER BY 1, 2 \\crosstabview
                SELECT 1 AS a, 2 AS b \\gx
                \\timing off
                \\errverbose
                SELECT 1/0;
                \\errverbose
                \\encoding
                \\encoding LATIN1
                SELECT convert_to('\\u00fc', 'UTF8');
                \\encoding UTF8
                """.replace("\\u00fc", "ü")));

        assertThat(seen).contains("jsonb", "The command has no result, or the result has no columns.", "22012");
    }

    @Test
    void boundParametersWherePsqlHasThem() throws Exception {
        Psql.isAtLeast(16);
        String seen = twice.sees((place, out) -> Psql.at(place).feed(out, """
                SELECT $1::int + 1 AS n, $2::text AS t \\bind 41 'it''s' \\g
                SELECT $1::int \\bind none \\g
                SELECT 'still here';
                """));

        assertThat(seen).contains("42 | it's", "invalid input syntax for type integer", "still here");
    }
}
