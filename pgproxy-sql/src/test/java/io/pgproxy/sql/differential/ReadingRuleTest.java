package io.pgproxy.sql.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.differential.GrammarOracle.Effect;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The record "Reading is decided from tokens", production by production: every way that the grammar has into a write,
 * in every place where the production can be reached, and the names that are made of the same words. The server has to
 * agree that each is a statement.
 */
@WithPostgres
class ReadingRuleTest {

    /** Where PreparableStmt is reached. */
    private static final List<String> PREPARABLE = List.of(
            "WITH c AS (%s) SELECT 1",
            "WITH c AS MATERIALIZED (%s) TABLE c",
            "WITH c (a) AS NOT MATERIALIZED (%s) VALUES (1)",
            "WITH RECURSIVE c AS (%s) SEARCH DEPTH FIRST BY a SET s SELECT 1",
            "WITH time AS (%s) SELECT 1",
            "WITH a AS (SELECT 1), c AS (%s) (SELECT 1)",
            "(WITH c AS (%s) SELECT 1)",
            "SELECT (WITH c AS (%s) SELECT 1)",
            "SELECT 1 UNION (WITH c AS (%s) SELECT 1)",
            "WITH a AS (WITH b AS (%s) SELECT 1) SELECT 1",
            "EXPLAIN WITH c AS (%s) SELECT 1",
            "DECLARE c CURSOR FOR WITH c AS (%s) SELECT 1",
            "PREPARE p AS %s",
            "PREPARE p (int, numeric(cast(1 AS int))) AS %s",
            "PREPARE transaction AS %s",
            "COPY (%s) TO STDOUT");

    /** Where ExplainableStmt is. */
    private static final List<String> EXPLAINABLE = List.of(
            "EXPLAIN %s",
            "EXPLAIN VERBOSE %s",
            "EXPLAIN ANALYSE VERBOSE %s",
            "EXPLAIN (COSTS) %s",
            "EXPLAIN (\"analyze\" false, analyze) %s",
            "EXPLAIN (values, format 'json') %s");

    /** What stands in front of a main statement. */
    private static final List<String> WITH = List.of(
            "%s",
            "WITH c AS (SELECT 1) %s",
            "WITH RECURSIVE c AS (SELECT 1) SEARCH BREADTH FIRST BY a, b SET s %s",
            "WITH RECURSIVE c AS (SELECT 1) CYCLE a SET b USING key %s",
            "WITH RECURSIVE c AS (SELECT 1) CYCLE a SET b TO 1 DEFAULT 2 USING \"for\" %s");

    /** Where SelectStmt is reached. */
    private static final List<String> SELECT = List.of(
            "%s",
            "(%s)",
            "((%s))",
            "WITH c AS (SELECT 1) %s",
            "WITH c AS (%s) SELECT 1",
            "SELECT 1 UNION ALL (%s)",
            "SELECT * FROM (%s) s",
            "SELECT ARRAY(%s), EXISTS (%s)",
            "VALUES ((%s))",
            "EXPLAIN %s",
            "EXPLAIN (%s)",
            "EXPLAIN ((%s))",
            "EXPLAIN ANALYZE (%s)",
            "EXPLAIN (VERBOSE) (%s)",
            "EXPLAIN (values 1) %s",
            "EXPLAIN DECLARE c CURSOR FOR %s",
            "DECLARE c CURSOR FOR %s",
            "DECLARE cursor NO SCROLL BINARY CURSOR WITH HOLD FOR %s",
            "DECLARE U&\"c\" UESCAPE '!' INSENSITIVE CURSOR WITHOUT HOLD FOR (%s)",
            "PREPARE p AS %s",
            "PREPARE U&\"p\" UESCAPE '!' (numeric(cast(1 AS int))) AS %s",
            "COPY (%s) TO STDOUT",
            "COPY ((%s)) TO STDIN (FORMAT csv)");

    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();
    private RawParser server;
    private GrammarOracle oracle;

    @BeforeEach
    void connect(TestDatabase database) throws IOException {
        server = RawParser.of(database);
        oracle = new GrammarOracle(server);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        analyzer.close();
    }

    /** InsertStmt, opt_on_conflict, DeleteStmt, UpdateStmt with each beginning that relation_expr has. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1)",
                "INSERT INTO t AS x DEFAULT VALUES RETURNING *",
                "INSERT INTO t TABLE x ON CONFLICT DO UPDATE SET a = 1",
                "DELETE FROM t",
                "DELETE FROM ONLY (t) USING x WHERE CURRENT OF c RETURNING *",
                "UPDATE t SET a = 1",
                "UPDATE s.t AS x SET (a, b) = (SELECT 1, 2) FROM y RETURNING *",
                "UPDATE t * SET a = 1",
                "UPDATE ONLY t SET a = 1",
                "UPDATE ONLY (t) SET a = 1",
                "UPDATE \"only\" SET a = 1",
                "UPDATE U&\"t\" UESCAPE '!' SET a = 1",
                "UPDATE update SET update = 1",
                "UPDATE/**/values SET a = 1",
                "UPDATE nchar SET a = 1",
                "UPDATE é SET a = 1"
            })
    void statementsThatChangeRowsAreWrites(String statement) throws IOException {
        expect(WITH, statement, Effect.WRITE);
        expect(PREPARABLE, statement, Effect.WRITE);
        for (String explain : EXPLAINABLE) {
            List<String> places =
                    WITH.stream().map(with -> explain.replace("%s", with)).toList();
            expect(places, statement, Effect.WRITE);
        }
    }

    /** MergeStmt with merge_update, merge_delete, merge_insert. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "MERGE INTO t USING x ON true WHEN MATCHED THEN DELETE",
                "MERGE INTO ONLY t USING x ON a WHEN MATCHED THEN UPDATE SET a = 1",
                "MERGE INTO t USING x ON a WHEN NOT MATCHED THEN INSERT DEFAULT VALUES",
                "MERGE INTO t USING x ON a WHEN NOT MATCHED THEN INSERT (a) VALUES (1)",
                "MERGE INTO t USING x ON a WHEN NOT MATCHED THEN INSERT OVERRIDING USER VALUE VALUES (1)",
                "MERGE INTO t USING x ON a WHEN NOT MATCHED THEN DO NOTHING"
            })
    void mergeIsAWrite(String statement) throws IOException {
        assumeTrue(server.version() >= 15, "14 has no MERGE");
        expect(WITH, statement, Effect.WRITE);
        expect(PREPARABLE, statement, Effect.WRITE);
        expect(EXPLAINABLE, statement, Effect.WRITE);
    }

    /** RETURNING of MERGE, and OLD and NEW. */
    @Test
    void whatNewVersionsReturnIsAWrite() throws IOException {
        if (server.version() >= 17) {
            expect(
                    PREPARABLE,
                    "MERGE INTO t USING x ON a WHEN MATCHED THEN DELETE RETURNING merge_action()",
                    Effect.WRITE);
        }
        if (server.version() >= 18) {
            expect(PREPARABLE, "UPDATE t SET a = 1 RETURNING WITH (OLD AS o, NEW AS n) o.a, n.a", Effect.WRITE);
        }
    }

    /** A name in 14 and 15 that is reserved from 16 on is not safe to have in front of SET. */
    @Test
    void wordsThatOneVersionKnowsAreNamesInAnother() throws IOException {
        String update = "UPDATE system_user SET a = 1";

        assertThat(access("WITH c AS (" + update + ") SELECT 1")).isGreaterThanOrEqualTo(Access.WRITE);
        if (server.version() < 16) {
            expect(PREPARABLE, update, Effect.WRITE);
        }
    }

    /** into_clause, which may be in front of FROM, in a first branch, behind a label that is AS. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 INTO t",
                "SELECT INTO t FROM x",
                "SELECT DISTINCT a INTO TEMPORARY TABLE t FROM x WHERE a = 1",
                "SELECT 1 INTO UNLOGGED t UNION SELECT 2",
                "SELECT 1 AS as INTO t",
                "SELECT 1 AS \"as\" INTO \"into\"",
                "SELECT t.as INTO t FROM t",
                "SELECT t.as AS as INTO t FROM t",
                "SELECT t.into INTO t FROM t"
            })
    void selectIntoIsAWrite(String statement) throws IOException {
        expect(SELECT, statement, Effect.WRITE);
    }

    /** for_locking_strength. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a FROM t FOR UPDATE",
                "SELECT a FROM t FOR NO KEY UPDATE OF t NOWAIT",
                "SELECT a FROM t FOR SHARE SKIP LOCKED",
                "SELECT a FROM t FOR/**/KEY\nSHARE",
                "SELECT a FROM t ORDER BY a FOR UPDATE LIMIT 1",
                "SELECT a FROM t LIMIT 1 FOR SHARE FOR UPDATE OF update",
                "TABLE t FOR UPDATE"
            })
    void rowLocksAreLocks(String statement) throws IOException {
        expect(SELECT, statement, Effect.LOCK);
    }

    /** What ExplainableStmt has beside these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE t AS SELECT 1",
                "CREATE TABLE IF NOT EXISTS t AS VALUES (1) WITH NO DATA",
                "CREATE TEMP TABLE t ON COMMIT DELETE ROWS AS SELECT 1",
                "CREATE TABLE t AS EXECUTE p",
                "CREATE MATERIALIZED VIEW v AS SELECT 1",
                "REFRESH MATERIALIZED VIEW v",
                "EXECUTE p(1)"
            })
    void whatExplainCreatesOrRunsIsNoRead(String statement) throws IOException {
        expect(EXPLAINABLE, statement, Effect.WRITE);
    }

    /** unreserved_keyword, bare_label_keyword and ColLabel: the same words as names. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT insert, update, delete, merge FROM merge",
                "SELECT 1 insert, 2 update, 3 delete",
                "SELECT t.update, t.delete, t.insert FROM update, delete",
                "SELECT insert(update), update.update(delete) FROM insert(1)",
                "SELECT 1 AS update, 2 AS delete",
                "SELECT a FROM update JOIN delete ON update.a = delete.a",
                "SELECT \"into\", 'insert into t', $$delete from t$$, E'\\'update t', U&\"\\0069nto\"",
                "SELECT 1 /* insert into t */ -- update t",
                "SELECT substring(a FROM 1 FOR key), key share, no FROM no",
                "SELECT substring(a FROM 1 FOR 2) update",
                "SELECT * FROM x FOR READ ONLY",
                "VALUES (update), (delete)",
                "TABLE ONLY update",
                "TABLE \"into\""
            })
    void namesAreNames(String statement) throws IOException {
        List<String> places = new ArrayList<>(SELECT);
        // A comment to the end of the line hides what closes the parenthesis.
        places.removeIf(place -> statement.contains("--") && !place.endsWith("%s"));
        expect(places, statement, Effect.READ);
    }

    /** CopyStmt: the direction stands behind the name, which may hold its words. */
    @Test
    void copyReadsWhenItGoesToTheClient() throws IOException {
        for (String copy : List.of(
                "COPY t TO STDOUT",
                "COPY BINARY t (a, b) TO STDIN",
                "COPY s.from TO STDOUT",
                "COPY \"from\" TO STDOUT WITH (FORMAT csv, FORCE_QUOTE (a))",
                "COPY U&\"t\" UESCAPE '!' TO STDOUT",
                "COPY update TO STDOUT")) {
            assertThat(server.ask(copy).isOne()).as(copy).isTrue();
            assertThat(server.ranksAsChange(copy)).as(copy).isFalse();
            assertThat(access(copy)).as(copy).isEqualTo(Access.READ);
        }
        for (String copy : List.of(
                "COPY s.to FROM STDIN",
                "COPY public.to (a) FROM STDOUT WHERE a = 1",
                "COPY s.to.stdout FROM STDIN",
                "COPY t FROM 'f'",
                "COPY t FROM PROGRAM 'p'")) {
            assertThat(server.ranksAsChange(copy)).as(copy).isTrue();
            assertThat(access(copy)).as(copy).isGreaterThanOrEqualTo(Access.WRITE);
        }
        for (String copy : List.of(
                "COPY t TO 'f'",
                "COPY t TO E'f'",
                "COPY t TO $$f$$",
                "COPY t TO U&'f' UESCAPE '!'",
                "COPY t TO PROGRAM 'p'",
                "COPY (SELECT 1) TO 'stdout'",
                "COPY (SELECT 1) TO PROGRAM 'p'")) {
            assertThat(server.ask(copy).isOne()).as(copy).isTrue();
            assertThat(access(copy)).as(copy).isGreaterThanOrEqualTo(Access.WRITE);
        }
    }

    private void expect(List<String> places, String statement, Effect effect) throws IOException {
        for (String place : places) {
            String text = place.replace("%s", statement);
            assertThat(server.ask(text).message()).as(text).isEmpty();
            assertThat(oracle.effect(text)).as(text).isEqualTo(effect);
            switch (effect) {
                case READ -> assertThat(access(text)).as(text).isEqualTo(Access.READ);
                case LOCK -> assertThat(access(text)).as(text).isEqualTo(Access.LOCK);
                // EXPLAIN EXECUTE does what is prepared under the name.
                case WRITE -> assertThat(access(text)).as(text).isGreaterThanOrEqualTo(Access.BY_NAME);
            }
        }
    }

    private Access access(String text) {
        return analyzer.analyze(text).access();
    }
}
