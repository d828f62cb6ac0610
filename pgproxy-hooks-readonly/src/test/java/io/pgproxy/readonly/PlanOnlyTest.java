package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanOnlyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "EXPLAIN INSERT INTO t VALUES (1)",
                "EXPLAIN VERBOSE UPDATE t SET a = 1",
                "/* c */ EXPLAIN (COSTS OFF, FORMAT JSON) DELETE FROM t",
                "EXPLAIN (VERBOSE) WITH a AS (DELETE FROM t RETURNING 1) SELECT * FROM a",
                "EXPLAIN (SELECT 1 FOR UPDATE)",
                "EXPLAIN ((SELECT 1 FOR UPDATE))",
                "EXPLAIN UPDATE t SET analyze_me = 1",
                "EXPLAIN MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE"
            })
    void aPlanPassesWhereItIsAllowed(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder().allowPlansOfWrites());
                OfflineClient strict = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query(sql)).isEmpty();
            assertThat(strict.query(sql)).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EXPLAIN ANALYZE INSERT INTO t VALUES (1)",
                "EXPLAIN ANALYSE INSERT INTO t VALUES (1)",
                "EXPLAIN ANALYZE VERBOSE DELETE FROM t",
                "EXPLAIN (ANALYZE) DELETE FROM t",
                "EXPLAIN (analyse) DELETE FROM t",
                "EXPLAIN (\"analyze\") DELETE FROM t",
                "EXPLAIN (U&\"\\0061nalyze\") DELETE FROM t",
                "EXPLAIN (COSTS OFF, ANALYZE true) DELETE FROM t",
                "EXPLAIN (ANALYZE false, ANALYZE) DELETE FROM t",
                "EXPLAIN (ANALYZE false) DELETE FROM t",
                "EXPLAIN (VALUES, ANALYZE) DELETE FROM t",
                "EXPLAIN CREATE TABLE a AS SELECT 1",
                "EXPLAIN REFRESH MATERIALIZED VIEW v",
                "EXPLAIN EXECUTE p",
                "EXPLAIN INSERT INTO t SELECT nextval('s')",
                "INSERT INTO t VALUES (1)",
                "EXPLAIN INSERT INTO t VALUES (1); DELETE FROM t"
            })
    void whatMayRunStaysRefused(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder().allowPlansOfWrites())) {
            assertThat(client.query(sql)).isPresent();
        }
    }
}
