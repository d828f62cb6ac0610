package io.pgproxy.hook.ready;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.PgError;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StatementRulesTest {
    private static final StatementRules NO_DELETE =
            StatementRules.builder().deny(StatementKind.DELETE).build();
    private static final StatementRules READS = StatementRules.builder()
            .allow(StatementFamily.READ, StatementFamily.EXPLAIN)
            .allow(StatementKind.PREPARE, StatementKind.DECLARE)
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM t",
                "with x as (select 1) delete from t",
                "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d",
                "WITH d AS (DELETE FROM t RETURNING *) INSERT INTO log SELECT * FROM d",
                "EXPLAIN DELETE FROM t",
                "EXPLAIN ANALYZE WITH d AS (DELETE FROM t RETURNING *) UPDATE u SET a = 1",
                "PREPARE p AS DELETE FROM t",
                "COPY (DELETE FROM t RETURNING *) TO STDOUT",
                "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE",
                "/* select */ DELETE FROM t -- where"
            })
    void whatIsDeniedIsDeniedInEveryPlace(String sql) {
        PgError error = refusal(NO_DELETE, sql);

        assertThat(error.sqlState()).isEqualTo("42501");
        assertThat(error.message()).endsWith("is not permitted: DELETE is denied");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1", "INSERT INTO t VALUES ('delete')", "UPDATE t SET a = 1", "", "BEGIN"})
    void whatIsNotDeniedPasses(String sql) {
        assertPasses(NO_DELETE, sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SELECT 1", "EXPLAIN SELECT 1", "PREPARE p AS SELECT 1", "DECLARE c CURSOR FOR TABLE t", ""})
    void whatIsAllowedWithAllThatItHoldsPasses(String sql) {
        assertPasses(READS, sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1)",
                "EXPLAIN INSERT INTO t VALUES (1)",
                "PREPARE p AS DELETE FROM t",
                "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d",
                "SELECT * FROM t FOR UPDATE",
                "SELECT * INTO u FROM t",
                "CREATE TABLE u AS SELECT 1",
                "COPY t TO STDOUT",
                "BEGIN"
            })
    void whatNoRuleAllowsIsRefused(String sql) {
        assertThat(refusal(READS, sql).message()).endsWith("is not permitted: no rule allows it");
    }

    @Test
    void aChangeWithinAnAllowedOneHasToBeAllowedToo() {
        StatementRules inserts =
                StatementRules.builder().allow(StatementKind.INSERT).build();
        StatementRules both = StatementRules.builder()
                .allow(StatementKind.INSERT, StatementKind.UPDATE)
                .build();
        String upsert = "INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2";

        assertPasses(inserts, "INSERT INTO t VALUES (1)");
        assertThat(refusal(inserts, upsert).sqlState()).isEqualTo("42501");
        assertPasses(both, upsert);
    }

    @Test
    void aDenialComesBeforeAnAllowance() {
        StatementRules rules = StatementRules.builder()
                .allow(StatementFamily.READ)
                .deny("no secrets", Pattern.compile("\\bsecrets\\b"))
                .build();

        assertPasses(rules, "SELECT * FROM t WHERE a = 'secrets'");
        assertThat(refusal(rules, "select * from SECRETS").message()).isEqualTo("SELECT is not permitted: no secrets");
    }

    @Test
    void anAllowingPatternHasToMatchAllOfTheText() {
        StatementRules rules = StatementRules.builder()
                .allow("the one query", Pattern.compile("select a from t where b = \\?"))
                .build();

        assertPasses(rules, "SELECT a FROM t WHERE b = 5 -- five");
        assertThat(refusal(rules, "SELECT a FROM t WHERE b = 5 OR true").sqlState())
                .isEqualTo("42501");
        assertThat(refusal(rules, "DELETE FROM t; SELECT a FROM t WHERE b = 5").sqlState())
                .isEqualTo("42501");
    }

    @Test
    void aFingerprintDeniesAndAllowsWhateverTheConstants() {
        Statement known = Given.statement("SELECT a FROM t WHERE b = 1");
        StatementRules allows =
                StatementRules.builder().allow(known.fingerprint()).build();
        StatementRules denies =
                StatementRules.builder().deny(known.fingerprint()).build();

        assertPasses(allows, "select a from t where b = 77");
        assertThat(refusal(allows, "select a from t").sqlState()).isEqualTo("42501");
        assertThat(refusal(denies, "select a from t where b = 77").message())
                .contains(known.fingerprint().toString());
        assertPasses(denies, "select a from t");
    }

    @Test
    void whatAPatternCannotDecideIsDeniedAndNotAllowed() {
        Pattern slow = Pattern.compile("a*a*a*a*a*!");
        StatementRules denies = StatementRules.builder().deny("slow", slow).build();
        StatementRules allows = StatementRules.builder().allow("slow", slow).build();
        String backAndForth = "SELECT " + "a".repeat(200);
        String tooLong = "SELECT " + "x, ".repeat(5000) + "x";

        assertThat(refusal(denies, backAndForth).message()).endsWith("slow");
        assertThat(refusal(denies, tooLong).message()).endsWith("slow");
        assertThat(refusal(allows, backAndForth).sqlState()).isEqualTo("42501");
        assertThat(refusal(allows, tooLong).sqlState()).isEqualTo("42501");
        assertPasses(denies, "SELECT a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FROBNICATE t", "SELECT 'open", "SELECT $$ open"})
    void unknownStatementsAreRefusedUnlessAllowed(String sql) {
        StatementRules lenient = StatementRules.builder()
                .deny(StatementKind.DELETE)
                .allowUnknown()
                .build();

        assertThat(refusal(NO_DELETE, sql).sqlState()).isEqualTo("42501");
        assertPasses(lenient, sql);
    }

    @Test
    void functionCallsAreRefusedUnlessAllowed() {
        StatementRules lenient = StatementRules.builder().allowUnknown().build();

        assertThat(NO_DELETE.admit(Given.functionCall())).isInstanceOf(Verdict.Reject.class);
        assertThat(lenient.admit(Given.functionCall())).isEqualTo(Verdict.proceed());
        assertThat(NO_DELETE.admit(Given.execution("SELECT 1", new Given.GivenSession())))
                .isEqualTo(Verdict.proceed());
    }

    @Test
    void theExtendedProtocolCanBeRefused() {
        StatementRules rules = StatementRules.builder().simpleProtocolOnly().build();
        Statement prepared = Given.statement("SELECT 1", Statement.Form.PREPARED, new Given.GivenSession());

        assertThat(error(rules.answer(prepared)).sqlState()).isEqualTo("0A000");
        assertPasses(rules, "SELECT 1");
        assertPasses(NO_DELETE, "SELECT 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY t TO STDOUT",
                "COPY t FROM STDIN",
                "COPY t TO '/tmp/x'",
                "COPY (SELECT 1) TO PROGRAM 'cat'",
            })
    void copyCanBeRefused(String sql) {
        assertThat(refusal(StatementRules.builder().denyCopy().build(), sql).sqlState())
                .isEqualTo("0A000");
        assertPasses(NO_DELETE, sql);
    }

    private static void assertPasses(StatementRules rules, String sql) {
        assertThat(rules.answer(Given.statement(sql))).as(sql).isEqualTo(Verdict.proceed());
    }

    private static PgError refusal(StatementRules rules, String sql) {
        return error(rules.answer(Given.statement(sql)));
    }

    private static PgError error(Verdict<?> verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Reject.class);
        return ((Verdict.Reject<?>) verdict).error();
    }
}
