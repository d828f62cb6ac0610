package io.pgproxy.sql.internal.classify;

import static io.pgproxy.sql.internal.classify.Classified.facts;
import static io.pgproxy.sql.internal.classify.Classified.functions;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.Facts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalledFunctionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "select f(1) | f",
                "select F (1), f(2), \"f\"() | f",
                "select \"F\"(1) | F",
                "select s.f(1), \"S\".f(1), pg_catalog.lower('a') | s.f S.f pg_catalog.lower",
                "select PG_CATALOG.LOWER('a'), \"pg_catalog\".lower('b') | pg_catalog.lower",
                "select db.s.f(1) | s.f",
                "select U&\"\\0066\"(1), U&\"d!0061t\" uescape '!' (1) | f dat",
                "select s.U&\"d!0061t\" uescape '!' (1), U&\"!0073\" uescape '!'.f() | s.dat s.f",
                "select /* a */ f /* b */ (1) | f",
                "select 1 + f(1), - f2(), @ f3(), array[f4(), 1], x[f5():f6()] | f f2 f3 f4 f5 f6",
                "select g(a => f(1), b := f2()) | g f f2",
                "select * from f(1) | f",
                "select * from t, lateral f(1) as x(a, b) | f",
                "select * from rows from (f(1), g(2) as (a int)) with ordinality x(a, b) | f g",
                "select * from t join f(1) on g(2) | f g",
                "select * from t tablesample m(10) repeatable (h(1)) | m h",
                "select distinct on (a) f(1) | f",
                "select 1 operator(pg_catalog.+) f(1) | f",
                "select operator(pg_catalog.-) f(1) | f",
                "select count(*) filter (where f(1)) over (partition by g(2) order by h(3)) from t | count f g h",
                "select p(0.5) within group (order by f(1)) | p f",
                "select case f(1) when g(2) then h(3) else i(4) end | f g h i",
                "select a between symmetric f(1) and g(2) | f g",
                "select a like f(1) escape g(2), a similar to h(3), a not ilike i(4) | f g h i",
                "select a at time zone f(1) | f",
                "select 1 order by 1 limit f(1) offset g(2) | f g",
                "select 1 fetch first f(1) rows only | f",
                "select left('a', 1), right('a', 1), like('a', 'b'), not ilike('a', 'b') | left right like ilike",
                "select format('a'), second(1), over(1), filter(2), values.f(1) | format second over filter values.f",
                "select variadic(1), f(variadic g(1)) | f g",
                "select xmltable from xmltable('a' passing f(1) columns a int path g(2) default h(3)) x(y) "
                        + "| XMLTABLE f g h",
                "select * from xmltable('a' passing x columns a int \"path\" f(1)) | XMLTABLE f",
                "select json_object(f(1) value g(2)), json_object('a' : h(3)) | json_object f g h",
                "select coalesce(f(1), nullif(g(2), 3)), greatest(h(4), 5) | COALESCE f NULLIF g GREATEST h",
                "select extract(year from f(1)), trim(both g(1) from h(2)), substring(i(1) from j(2) for k(3)) "
                        + "| EXTRACT f TRIM g h SUBSTRING i j k",
                "select pg_catalog.substring('a', 1), \"substring\"('a', 1) | pg_catalog.substring substring",
                "select current_user, user, session_user, current_date, current_timestamp(3), current_schema, "
                        + "current_schema() | CURRENT_USER USER SESSION_USER CURRENT_DATE CURRENT_TIMESTAMP "
                        + "CURRENT_SCHEMA current_schema",
                "select collation for (f(1)) | PG_COLLATION_FOR f",
                "select treat(1 as pg_terminate_backend) | TREAT pg_catalog.pg_terminate_backend",
                "select treat((f(1)) as pg_catalog.\"lo_unlink\") | TREAT f pg_catalog.lo_unlink",
                "select treat(cast(1 as x) as setof s.g[]) | TREAT pg_catalog.g",
                "with a as materialized (select f(1)), b(x) as (select g(2)) select h(3) from b | f g h",
                "with a(x) as (select 1), b(y) as not materialized (values (1)), c(z) as (table t) select f(1) | f",
                "select 1 from t, f(x) as (a int) | f",
                "select 1 from t, f(x) as (values int, b int) | f",
                "select 1 from t, f(x) as materialized (a, b) | f",
                "select 1 group by f(1), rollup (a, b), cube (c), grouping sets (rollup (d), cube (e)) | f",
                "select cube(1), rollup(2) from t group by a having cube(3) order by rollup(4) | cube rollup",
                "select 1 group by f(cube(1)) | f cube",
                "select 1 group by 1, + rollup(1) | rollup",
                "select 1 group by array[1, rollup(1)], a[cube(1)], (rollup(2)) | rollup cube",
                "select 1 group by distinct rollup (a), cube (b), f(1) | f",
                "select t.group by, rollup(1) from t | rollup",
                "select mode() within group (order by 1), cube(1) from t | mode cube",
                "insert into t select 1 group by 1 on conflict do nothing returning 1, rollup(1) | rollup",
                "select 1 group by 1 union select 1, cube(2) | cube",
                "select (select 1 group by 1), cube(2) group by 1 | cube",
                "insert into t (a, b) values (f(1), g(2)) on conflict (a) do update set b = h(3) returning i(4) "
                        + "| f g h i",
                "insert into t as x (a) select f(1) | f",
                "update t set (a, b) = (f(1), g(2)) where h(3) | f g h",
                "delete from t using f(1) as x(a) where g(2) | f g",
                "merge into t using f(1) s on g(2) when matched and h(3) then update set a = i(4) | f g h i",
                "delete from t returning with (old as o) f(1) | f",
                "call p(f(1)) | p f",
                "call s.p() | s.p",
                "execute p(f(1)) | f",
                "explain (analyze) select f(1) | f",
                "prepare p (numeric(3, 2)) as select f($1) | f",
                "declare c cursor for select f(1) | f",
                "copy (select f(1)) to stdout | f",
                "copy t (a) from stdin where f(a) | f",
                "create table t as select f(1) | f",
                "create view v as select f(1) | f",
                "create index on t (f(a)) | t f",
                "create trigger x before insert on t execute function s.f() | s.f",
            })
    void callsAreFound(String sql, String names) {
        assertThat(functions(sql)).as(sql).containsExactlyInAnyOrder(names.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from t x(a, b)",
                "select * from t as x(a, b)",
                "select * from (select 1) x(a)",
                "select * from (values (1, 2)) as v(a, b), (values (3)) w(c)",
                "select * from t join u y(a) using (b) as z",
                "select * from t cross join (select 1) x",
                "select 1::numeric(10, 2), cast(a as varchar(3)), a::s.mytype(3), '1'::\"bit\"(3)",
                "select interval(3) '1', timestamp(3) '1', float(8) '1'",
                "select a in (1, 2), a = any (array[1]), exists (select 1), row(1, 2), (1, 2) overlaps (3, 4)",
                "select array(select 1), a not in (1), a not like ('b'), a not ilike ('b')",
                "select 1 order by (a), (b)",
                "select 1 group by (a, b)",
                "select 1 from t window w as (partition by (a) order by (b) rows between 1 preceding and 2 following)",
                "select a operator(pg_catalog.=) (b)",
                "values (1), (2)",
                "insert into t (a, b) values (1, 2)",
                "insert into s.t (a) select 1",
                "with a (b) as (select 1), c (d, e) as (select 1, 2) select * from a",
                "with recursive a (b) as (select 1) select * from a",
                "create table t (a int, b numeric(3))",
                "select t.current_user, 1 as user from t",
                "select \"current_user\" from t",
            })
    void whatOnlyLooksLikeACallIsNone(String sql) {
        assertThat(functions(sql)).as(sql).isEmpty();
    }

    @Test
    void aNameThatCannotBeReadMakesTheStatementUnknown() {
        assertThat(facts("select U&\"\\zzzz\"(1)")).isSameAs(Facts.unknown());
        assertThat(facts("select U&\"x\" uescape 'ab' (1)")).isSameAs(Facts.unknown());
        assertThat(facts("select treat(1)")).isSameAs(Facts.unknown());
    }

    @Test
    void longNamesAreCutAsTheServerCutsThem() {
        String name = "a".repeat(70);

        assertThat(functions("select " + name + "()")).containsExactly("a".repeat(63));
        assertThat(functions("select \"" + name + "\"()")).containsExactly("a".repeat(63));
    }

    @Test
    void commonNamesAreSharedBetweenStatements() {
        Classifier classifier = new Classifier();

        assertThat(Classified.facts(classifier, "select lower(a)").functions().get(0))
                .isSameAs(Classified.facts(classifier, "select LOWER(b)")
                        .functions()
                        .get(0));
    }

    @Test
    void manyNamesAreEachFoundOnce() {
        StringBuilder sql = new StringBuilder("select 1");
        for (int i = 0; i < 400; i++) {
            sql.append(", f").append(i % 100).append("()");
        }

        assertThat(functions(sql.toString())).hasSize(100).doesNotHaveDuplicates();
    }
}
