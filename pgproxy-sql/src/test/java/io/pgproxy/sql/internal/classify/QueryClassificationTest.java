package io.pgproxy.sql.internal.classify;

import static io.pgproxy.sql.internal.classify.Classified.facts;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.LexicalProblem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryClassificationTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select",
                "SELECT 1",
                "((select 1) union (select 2)) order by 1",
                "values (1), (2)",
                "table pg_class",
                "table only t",
                "(values (1))",
                "with a as (select 1) table a",
                "with a as materialized (select 1), b(x) as not materialized (table a) select * from b",
                "with recursive as (select 1) select * from recursive",
                "with recursive recursive as (select 1) select * from recursive",
                "with recursive t(n) as (select 1 union all select n + 1 from t)"
                        + " search depth first by n set o cycle n set c to 1 default 0 using p select * from t",
                "(with a as (select 1) select * from a)",
                "with a as (select 1) (with b as (select 2) select * from b)",
                // words of statements where they are names
                "select insert from t",
                "select 1 delete",
                "select update",
                "select update.x from update",
                "select t.update, t.delete, t.insert from t",
                "select t.delete from t",
                "select t.into, a as into from t",
                "select a as delete from t where t.delete and t . /* c */ for",
                "select t.update u, t.for, a as for from t",
                "select \"into\", \"delete\" from \"update\"",
                "select 1 as insert, 2 as merge",
                "select 'insert into t', $$delete from t$$, U&'update t'",
                "select 1 -- into\r, 2",
                "select 1 /* /* into */ delete from */",
                "select a$$into, $1 from t",
                "select $é$ into t $é$",
                "select * from t for_update",
                "select n'into'",
            })
    void readsAreReads(String sql) {
        assertThat(facts(sql).readsOnly()).as(sql).isTrue();
        assertThat(facts(sql).family()).isEqualTo(StatementFamily.READ);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select * into t from u | SELECT_INTO",
                "select 1 as as into t | SELECT_INTO",
                "select t.as into u from t | SELECT_INTO",
                "select t.as as as into u from t | SELECT_INTO",
                "select t.into into u from t | SELECT_INTO",
                "select t.* into u from t | SELECT_INTO",
                "select 1 into temp t | SELECT_INTO",
                "(select 1 into t) | SELECT_INTO",
                "select * from (select 1 into t) x | SELECT_INTO",
                "with a as (insert into t values (1) returning *) select * from a | SELECT_WRITING",
                "with a as (update t set b = 1 returning *) table a | SELECT_WRITING",
                "with a as (update only t set b = 1) select 1 | SELECT_WRITING",
                "with a as (update \"t\" set b = 1) select 1 | SELECT_WRITING",
                "with a as (update U&\"t\" set b = 1) select 1 | SELECT_WRITING",
                "with a as (update values set b = 1) select 1 | SELECT_WRITING",
                "with a as (delete from t) select 1 | SELECT_WRITING",
                "with a as (merge into t using u on true when matched then delete) select 1 | SELECT_WRITING",
                "with a as (select 1) (with b as (delete from t returning *) select * from b) | SELECT_WRITING",
                "with recursive a as (select 1) search depth first by n set s update t set x = 1 | UPDATE",
                "with recursive a as (select 1) cycle n set s using u delete from t | DELETE",
                "with a as (select 1) insert into t select * from a | INSERT",
                "insert into t values (1) | INSERT",
                "insert into t default values | INSERT",
                "update t set a = 1 | UPDATE",
                "delete from t | DELETE",
                "merge into t using u on t.a = u.a when matched then do nothing | MERGE",
                "truncate t | TRUNCATE",
                "truncate table only t | TRUNCATE",
            })
    void writesAreWrites(String sql, StatementKind kind) {
        assertThat(facts(sql).kind()).as(sql).isEqualTo(kind);
        assertThat(facts(sql).access()).isEqualTo(Access.WRITE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select t.as from t for update",
                "select t.for from t.for for update",
                "select 1 as for for update",
                "select t.as for update",
                "select * from t for update",
                "select * from t for no key update",
                "select * from t for share",
                "select * from t for key share of t nowait",
                "select * from (select * from t for update skip locked) x",
                "with a as (select * from t for share) select * from a",
                "(select * from t) for update",
                "values (1) for update",
                "table t for share",
            })
    void locksAreLocks(String sql) {
        assertThat(facts(sql).kind()).as(sql).isEqualTo(StatementKind.SELECT_FOR_LOCK);
        assertThat(facts(sql).access()).isEqualTo(Access.LOCK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(insert into t values (1))",
                "(delete from t)",
                "with a as (select 1)",
                "with a as select 1",
                "with a as (select 1) copy t to stdout",
                "with a as (select 1) (delete from t)",
                "with select 1",
                "\"select\" 1",
                "U&\"select\" 1",
                "select (1",
                "select 1)",
                "select 1)(",
                "select 1; delete from t",
                "frobnicate",
                "'select'",
                "1",
                ")",
                ".",
                "ﬁelds",
            })
    void theRestIsUnknown(String sql) {
        assertThat(facts(sql)).as(sql).isSameAs(Facts.unknown());
        assertThat(facts(sql).access()).isEqualTo(Access.UNKNOWN);
        assertThat(facts(sql).effects()).containsExactly(new SessionEffect.Untracked());
    }

    @Test
    void aTextThatCannotBeReadIsUnknownAndSaysWhy() {
        Facts facts = facts("select 'a");

        assertThat(facts.kind()).isEqualTo(StatementKind.UNKNOWN);
        assertThat(facts.problem()).isEqualTo(LexicalProblem.UNTERMINATED_STRING);
    }

    @Test
    void noTokenIsEmpty() {
        assertThat(facts(" -- nothing\n /* at all */")).isSameAs(Facts.empty());
        assertThat(Facts.empty().access()).isEqualTo(Access.NONE);
    }

    @Test
    void aBackslashEscapesOnlyWithoutStandardConformingStrings() {
        String sql = "select '\\' into t --'";

        assertThat(facts(sql, true).kind()).isEqualTo(StatementKind.SELECT_INTO);
        assertThat(facts(sql, false).kind()).isEqualTo(StatementKind.SELECT);
    }

    @Test
    void theOtherWayRoundTooAndUnicodeStringsAreRefusedThen() {
        String sql = "select '\\' , ' into t --'";

        assertThat(facts(sql, true).kind()).isEqualTo(StatementKind.SELECT);
        assertThat(facts(sql, false).kind()).isEqualTo(StatementKind.SELECT_INTO);
        assertThat(facts("select U&'x'", false).problem()).isEqualTo(LexicalProblem.UNSAFE_UNICODE_STRING);
    }

    @Test
    void aCarriageReturnEndsACommentAndAFormFeedIsBlank() {
        assertThat(facts("select 1 -- \rinto t").kind()).isEqualTo(StatementKind.SELECT_INTO);
        assertThat(facts("select 1\finto\ft").kind()).isEqualTo(StatementKind.SELECT_INTO);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "delete from t where a = 1 | true",
                "delete from t where current of c | true",
                "delete from t | false",
                "delete from t using (select * from u where a) x | false",
                "delete from t using u where t.a = u.a returning * | true",
                "delete from t returning 1 as where | false",
                "delete from t.where | false",
                "with a as (select * from u where b) delete from t | false",
                "with a as (select * from u) delete from t where b | true",
                "update t set a = (select 1 where true) | false",
                "update t set a = 1 where b | true",
                "delete from \"where\" | false",
            })
    void aWhereIsThatOfTheMainStatement(String sql, boolean where) {
        assertThat(facts(sql).hasWhere()).as(sql).isEqualTo(where);
    }

    @Test
    void selectIntoATemporaryTableLeavesOneInTheSession() {
        for (String sql : new String[] {
            "select 1 into temp t",
            "select 1 into temporary table t",
            "select 1 into local temp t",
            "select 1 into pg_temp.t",
            "select 1 into table \"pg_temp\".t",
        }) {
            assertThat(facts(sql).effects()).as(sql).containsExactly(new SessionEffect.TemporaryObjectCreated());
        }
        assertThat(facts("select 1 into t").effects()).isEmpty();
        assertThat(facts("select 1 into unlogged temp").effects()).isEmpty();
    }

    @Test
    void aSoleCallIsSelectOfOneNameAndNoMore() {
        for (String sql : new String[] {
            "select f()",
            "SELECT F()",
            "select \"f\" ( )",
            "select U&\"\\0066\"()",
            "select U&\"!0066\" uescape '!' ()",
        }) {
            assertThat(facts(sql).isCallOf("f")).as(sql).isTrue();
        }
        for (String sql : new String[] {
            "select f(1)",
            "select s.f()",
            "select pg_catalog.f()",
            "select f() x",
            "select f(), 1",
            "select \"F\"()",
            "select f",
            "(select f())",
            "select f() from t",
            "select all f()",
            "select - f()",
            "explain select f()",
            "values (f())",
        }) {
            assertThat(facts(sql).isCallOf("f")).as(sql).isFalse();
        }
    }
}
