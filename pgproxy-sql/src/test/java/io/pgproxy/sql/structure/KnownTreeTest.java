package io.pgproxy.sql.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tree holds, by the text at its positions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KnownTreeTest {
    private final Structures structures = new Structures();

    @AfterAll
    void close() {
        structures.close();
    }

    private static String at(String sql, Span span) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        return new String(text, span.start(), span.length(), StandardCharsets.UTF_8);
    }

    private List<String> relations(String sql) {
        return structures.known(sql).relations().stream()
                .map(relation -> at(sql, relation.span()))
                .toList();
    }

    private List<String> stored(String sql) {
        return structures.known(sql).relationsRead().stream()
                .map(relation -> at(sql, relation.span()))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "select * from a | a",
                "select * from s . a, \"B\".\"c d\" as x join U&\"d\\0061t\" on true | s . a,\"B\".\"c d\",U&\"d\\0061t\"",
                "select 'ü', * from \"ü\" /* from x */ natural join b -- from y | \"ü\",b",
                "table s.t | s.t",
                "(((select 1 from a))) union table b | a,b",
                "select * from (a join b using (x) as j) cross join lateral (select * from c) d | a,b,c",
                "select * from only a, only (b), c *, d tablesample system (5) repeatable (1) | a,b,c,d",
                "select (select max(x) from a) from b where x in (table c) group by (select 1 from d) | a,b,c,d",
                "select exists(select from a), array(select 1 from b), x = any (select 1 from c) | a,b,c",
                "select * from f(a), rows from (g(1), h(2)) r, unnest(array(select 1 from t)) u | t",
                "select $$ from x $$, e'\\' from y', u&'\\0041' from a | a",
                "select extract(epoch from b), substring(c from 1 for 2), trim(from d), x is distinct from y from a | a",
                "values ((select 1 from a)), (2) | a",
                "select case when x then (select 1 from a) else (select 2 from b) = 3 end from c | a,b,c",
                "select count(*) filter (where x in (select 1 from a)) over (order by (select 1 from b)) from c | a,b,c",
                "explain (analyze, verbose) select * from a | a",
                "explain analyze delete from a using b | a,b",
                "prepare p (int) as select * from a | a",
                "declare c cursor for select * from a | a",
                "copy (select * from a) to stdout | a",
                "select * from a;; | a",
                "select \"select\" from \"from\" \"where\" | \"from\"",
                "select name, value, left(type, 1), 1 as select from key | key"
            })
    void eachRelationIsFoundWhereItStands(String sql, String names) {
        assertThat(relations(sql)).containsExactly(names.split(","));
    }

    @Test
    void aNameIsAsTheServerFoldsIt() {
        String sql = "SELECT 1 FROM Sch.\"Tab\"\"le\" AS ALIAS (One, \"Two\"), U&\"\\0066oo\"";

        Relation relation = structures.known(sql).relations().get(0);

        assertThat(relation.schema()).isEqualTo("sch");
        assertThat(relation.name()).isEqualTo("Tab\"le");
        assertThat(relation.alias()).isEqualTo("alias");
        assertThat(relation.columnAliases()).containsExactly("one", "Two");
        assertThat(at(sql, relation.item())).isEqualTo("Sch.\"Tab\"\"le\" AS ALIAS (One, \"Two\")");
        assertThat(structures.known(sql).relations().get(1).name()).isEqualTo("foo");
    }

    @Test
    void offsetsAreThoseOfTheTextAroundTheStatement() {
        String text = "SELECT 'é'; SELECT * FROM \"ñ\", b; SELECT 2";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int from = "SELECT 'é'; ".getBytes(StandardCharsets.UTF_8).length;
        int to = "SELECT 'é'; SELECT * FROM \"ñ\", b".getBytes(StandardCharsets.UTF_8).length;

        KnownTree tree = (KnownTree) structures.of(bytes, from, to, "SELECT * FROM \"ñ\", b");

        assertThat(tree.relations())
                .extracting(relation -> at(text, relation.span()))
                .containsExactly("\"ñ\"", "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "with a as (select 1 from b) select * from a, b | b,b",
                "with a as (select * from a) select * from a | a",
                "with recursive a as (select 1 union all select * from a) select * from a | ",
                "with a as (select 1), b as (select * from a, b) select * from a, b | b",
                "with recursive a as (select * from b), b as (select 1) select * from a | ",
                "with a as (select 1) select * from s.a | s.a",
                "with a as (select 1) select * from (with a as (select * from a, c) select * from a) x, a | c",
                "select * from (with a as (select 1) select * from a) x, a | a",
                "with \"A\" as (select 1) select * from a | a",
                "with a as (select 1) (select 1 from a union select 2 from b) | b",
                "with a as (select 1) delete from a using a as x returning (select 1 from a) | a",
                "with a as (select 1) insert into a select * from a | a",
                "with a as (select 1) update a set x = (select 1 from a) from b where exists (table a) | a,b",
                "insert into t with t as (select 1) select * from t | t"
            })
    void aCommonTableHidesARelationOnlyWhereItIsVisible(String sql, String names) {
        assertThat(stored(sql)).containsExactly(names == null ? new String[0] : names.split(","));
    }

    @Test
    void aCommonTableTellsWhetherItWrites() {
        String sql = "with recursive gone (x) as (delete from a returning b), seen as (select 1) select * from gone";

        KnownTree tree = structures.known(sql);

        assertThat(tree.commonTables()).extracting(CommonTable::name).containsExactly("gone", "seen");
        assertThat(tree.commonTables()).extracting(CommonTable::writes).containsExactly(true, false);
        assertThat(tree.commonTables()).extracting(CommonTable::recursive).containsExactly(true, true);
        assertThat(tree.commonTables().get(0).columnAliases()).containsExactly("x");
        assertThat(at(sql, tree.commonTables().get(0).query())).isEqualTo("delete from a returning b");
        assertThat(tree.relationsWritten()).extracting(Relation::name).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "insert into a values (1) on conflict do nothing | INSERT",
                "insert into a as x (b, c) overriding user value select * from d on conflict (b) do update set c = 1 | INSERT",
                "update only a as x set (b, c) = (select 1, 2) where true | UPDATE",
                "update a set b = 1 | UPDATE",
                "delete from a x where x.b = 1 returning * | DELETE",
                "merge into a using d on a.b = d.b when matched then delete when not matched then insert values (1) | MERGE",
                "truncate a | TRUNCATE",
                "truncate table only a restart identity cascade | TRUNCATE",
                "truncate a restrict | TRUNCATE",
                "select 1 into a from d | CREATE",
                "select 1 into temp table a from d | CREATE"
            })
    void theTargetIsWritten(String sql, RelationUse use) {
        KnownTree tree = structures.known(sql);

        assertThat(tree.relationsWritten()).extracting(Relation::name).containsExactly("a");
        assertThat(tree.relationsWritten()).extracting(Relation::use).containsExactly(use);
    }

    @Test
    void onlyAndTablesampleAreTold() {
        KnownTree tree = structures.known("select * from only a, b tablesample bernoulli (1), c *, only (d) x");

        assertThat(tree.relations()).extracting(Relation::only).containsExactly(true, false, false, true);
        assertThat(tree.relations()).extracting(Relation::sampled).containsExactly(false, true, false, false);
    }

    @Test
    void callsAreFoundWhereTheyStand() {
        String sql = "select Lower(a), pg_catalog.\"now\"() at time zone 'x', coalesce(f(1), 2), current_user,"
                + " sum(x) over (partition by g(y)) from h(1) with ordinality as t (b, c), lateral s.i(2) j"
                + " where a in (1) and (b) = any (array[k(3)]) order by cast(l(4) as numeric(10, 2)), 5::varchar(3)";

        KnownTree tree = structures.known(sql);

        assertThat(tree.functions())
                .extracting(call -> at(sql, call.span()))
                .containsExactly(
                        "Lower",
                        "pg_catalog.\"now\"",
                        "coalesce",
                        "f",
                        "current_user",
                        "sum",
                        "g",
                        "h",
                        "s.i",
                        "k",
                        "l");
        assertThat(tree.functions())
                .filteredOn(FunctionCall::inFrom)
                .extracting(FunctionCall::name)
                .containsExactly("h", "i");
        assertThat(tree.functions())
                .filteredOn(FunctionCall::grammar)
                .extracting(FunctionCall::name)
                .containsExactly("coalesce", "current_user");
        assertThat(at(sql, tree.functions().get(2).call())).isEqualTo("coalesce(f(1), 2)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with t (a, b) as (select 1, 2) select * from t as u (c, d) join v w (e) using (f)",
                "select 1 from t group by rollup (a, b)",
                "select 1 from t group by cube (a), b order by (c), (d)",
                "select 1 from t group by grouping sets ((a), ()) fetch first (2) rows only",
                "select 1 from t window w as (partition by (a) order by (b))",
                "insert into t (a, b) values (1, 2)",
                "select a in (1, 2), (a, b) = (1, 2), a not like ('x'), row(1, 2) from t window w as (partition by b)"
            })
    void whatOnlyLooksLikeACallIsNone(String sql) {
        assertThat(structures.known(sql).functions()).isEmpty();
    }

    @Test
    void parametersAreFoundWhereTheyStand() {
        String sql = "select $2, f($1::int) from t where a = $1 limit $3 offset $4";

        KnownTree tree = structures.known(sql);

        assertThat(tree.parameters()).extracting(ParameterUse::number).containsExactly(2, 1, 1, 3, 4);
        assertThat(tree.parameters())
                .allSatisfy(use -> assertThat(at(sql, use.span())).isEqualTo("$" + use.number()));
    }

    @Test
    void columnsAreKnownAsFarAsTheTextTells() {
        String sql = "select a, t.B, s.t.c as \"D\", x.*, *, f(1), a + 1, b e, (t).*, a is null as g, 'x' \"h\" from t";

        List<OutputColumn> columns = structures.known(sql).columns();

        assertThat(columns)
                .extracting(OutputColumn::name)
                .containsExactly("a", "b", "D", null, null, "f", null, "e", null, "g", "h");
        assertThat(columns)
                .extracting(OutputColumn::column)
                .containsExactly("a", "b", "c", null, null, null, null, "b", null, null, null);
        assertThat(columns)
                .extracting(OutputColumn::qualifier)
                .containsExactly(null, "t", "t", "x", null, null, null, null, null, null, null);
        assertThat(columns)
                .extracting(OutputColumn::kind)
                .contains(OutputColumn.Kind.STAR, OutputColumn.Kind.COMPOSITE_STAR, OutputColumn.Kind.REFERENCE);
        assertThat(at(sql, columns.get(2).span())).isEqualTo("s.t.c as \"D\"");
    }

    @Test
    void columnsOfASetOperationHaveNoSource() {
        assertThat(structures.known("select a from t union select b from u").columns())
                .extracting(OutputColumn::name, OutputColumn::column, OutputColumn::kind)
                .containsExactly(tuple("a", null, OutputColumn.Kind.EXPRESSION));
    }

    @Test
    void levelsTellWhatIsVisibleWhere() {
        String sql = "select (select 1 from a where x), y.* from b, (select 2 from c) y,"
                + " lateral (select 3 from d) z where e";

        KnownTree tree = structures.known(sql);

        assertThat(tree.levels())
                .extracting(QueryLevel::place)
                .containsExactly(
                        QueryLevel.Place.STATEMENT,
                        QueryLevel.Place.EXPRESSION,
                        QueryLevel.Place.FROM,
                        QueryLevel.Place.LATERAL);
        assertThat(tree.levels()).extracting(QueryLevel::parent).containsExactly(-1, 0, 0, 0);
        assertThat(tree.relations()).extracting(Relation::level).containsExactly(1, 0, 2, 3);
        assertThat(at(sql, span(tree.levels().get(0).where()))).isEqualTo("e");
        assertThat(at(sql, span(tree.levels().get(0).targets()))).isEqualTo("(select 1 from a where x), y.*");
        assertThat(at(sql, span(tree.levels().get(2).from()))).isEqualTo("c");
        assertThat(at(sql, tree.levels().get(1).span())).isEqualTo("select 1 from a where x");
    }

    private static Span span(@Nullable Span span) {
        return Objects.requireNonNull(span);
    }

    /** Each of these is a text that JSqlParser alone reads otherwise than the server. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "select 1; delete from t | NOT_READ",
                "select 1 from a b c | NOT_READ",
                "select 1 from a where ( | NOT_READ",
                "select 1 from a) | NOT_READ",
                "select 1 from (a, b) | NOT_READ",
                "select 1 from db.s.t | NOT_READ",
                "create table t (a int) | NO_QUERY",
                "begin | NO_QUERY",
                "select 'a | LEXICAL_PROBLEM",
                " | NO_QUERY"
            })
    void whatIsNotUnderstoodIsUnknown(String sql, UnknownTree.Reason reason) {
        assertThat(structures.of(sql == null ? "" : sql))
                .isInstanceOfSatisfying(
                        UnknownTree.class,
                        unknown -> assertThat(unknown.reason()).isEqualTo(reason));
    }

    @Test
    void theTrapsOfJSqlParserAreNone() {
        assertThat(relations("select 1\n\n\n from a\n\n\n, b")).containsExactly("a", "b");
        assertThat(relations("select E'\\'', 'x' from a, b where c = ' from d '"))
                .containsExactly("a", "b");
        assertThat(relations("select $q$it's$q$, 'y' from a")).containsExactly("a");
        assertThat(relations("select * from a natural left join b")).containsExactly("a", "b");
        assertThat(relations("select a operator(pg_catalog.+) b, c #>> d, @ e, f !~~* g from a"))
                .containsExactly("a");
        assertThat(relations("select * from a where b -- ; \r and c in (table d)"))
                .containsExactly("a", "d");
        assertThat(relations("select a// b\n from t")).containsExactly("t");
        assertThat(relations("select [1] from t".replace("[1]", "a[1:2], b[:], c[1:]")))
                .containsExactly("t");
    }
}
