package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.cache.Reading.Cacheable;
import io.pgproxy.cache.Reading.NotCacheable;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each case is a statement, an arrow, and either the tables that it reads or a part of why it is not kept. */
@WithPostgres
class ReadAnalysisTest {
    private static Shop shop;

    @BeforeAll
    static void open(TestDatabase database) throws SQLException {
        shop = Shop.in(database);
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    private static Stream<DynamicTest> cases(String lines, ReadRules rules, SearchPath path) {
        return lines.lines()
                .map(line -> DynamicTest.dynamicTest(line, () -> {
                    String[] parts = line.split(" =>", 2);
                    String expected = parts[1].strip();
                    String words = shop.words(shop.reading(parts[0], rules, path));
                    if (expected.startsWith("not:")) {
                        assertThat(words)
                                .startsWith("not: ")
                                .contains(expected.substring(4).strip());
                    } else {
                        assertThat(words).isEqualTo(expected);
                    }
                }));
    }

    private static Stream<DynamicTest> cases(String lines) {
        return cases(lines, ReadRules.DEFAULT, Shop.PUBLIC);
    }

    @TestFactory
    Stream<DynamicTest> queriesThatOnlyRead() {
        return cases("""
                select 1 =>
                values (1), (2) =>
                select * from lone => lone
                table lone => lone
                select * from public.lone where id = $1 => lone
                select * from "Odd.One"."Mixed ""Case"" too" => Odd.One.Mixed "Case" too
                select * from lone limit 1 => lone
                with l as (select * from lone) select * from l join customer on true => customer lone
                select (select max(id) from orders) from lone => lone orders
                select * from lone union select * from customer c (id, name) => customer lone
                select * into x from lone => not: not a query
                insert into lone values (9) => not: not a query
                with x as (delete from lone returning *) select * from x => not: not a query
                select * from lone for update => not: not a query
                select * from lone for key share => not: not a query
                explain select * from lone => not: not a query
                show timezone => not: not a query
                fetch c => not: not a query
                execute p => not: not a query
                copy lone to stdout => not: not a query
                declare c cursor for select * from lone => not: not a query
                select * from lone where => not: structure
                select * from nowhere_to_be_found => not: nowhere_to_be_found is not known
                select * from lone tablesample system (10) => not: TABLESAMPLE
                select * from counter => not: public.counter is a sequence
                """);
    }

    @TestFactory
    Stream<DynamicTest> whatStandsBehindARelation() {
        return cases("""
                select * from event => event event_2024 event_2024_a event_2024_b event_2025
                select * from event_2024_a => event_2024_a
                select * from only animal => animal dog puppy
                select * from dog => dog puppy
                select * from v_customer => customer
                select * from v_adults => customer orders
                select * from v_event => event event_2024 event_2024_a event_2024_b event_2025
                select * from m_names => m_names
                select * from v_m => m_names
                select * from v_me => lone
                select * from v_today => not: v_today changes by itself
                select * from v_now => not: pg_catalog.now, which public.v_now calls
                select * from v_calls => not: public.looks, which public.v_calls calls
                select * from v_operator => not: public.adds, which public.v_operator calls
                select * from guarded => guarded
                select * from guarded_far => guarded_far lone
                select * from guarded_now => not: pg_catalog.now
                select * from guarded_code => not: public.looks
                select * from far => not: far is a foreign table
                select * from near => not: near_far is a foreign table
                select * from zoned => not: times with time zone
                select * from pg_class => not: pg_class is of the system
                select * from pg_catalog.pg_tables => not: is of the system
                select * from information_schema.tables => not:
                """);
    }

    @TestFactory
    Stream<DynamicTest> functionsThatAreCalledByName() {
        return cases("""
                select upper(name), count(*), sum(age) from customer group by 1 => customer
                select to_char(at, 'YYYY'), date_trunc('day', at), extract(year from at) from orders => orders
                select at at time zone 'Europe/Berlin' from orders => orders
                select json_agg(c) from customer c => customer
                select json_build_object('a', name), format('%s', name), concat(name, 1) from lone => lone
                select to_tsvector('english', name) @@ to_tsquery('a') from lone => lone
                select current_user, session_user, user, current_role, current_database(), current_catalog =>
                select coalesce(name, ''), nullif(age, 1), greatest(age, 1), trim(name) from customer => customer
                select row_number() over (order by id) from lone => lone
                select * from generate_series(1, 3) =>
                select * from unnest(array[1, 2], array['a', 'b']) as u(a, b) =>
                select random(1, 2, 3) => not: random
                select generate_series('2024-01-01'::timestamptz, '2024-02-01', '1 day') =>
                select age(at, '2024-01-01') from orders => orders
                select age(born) from customer => not: pg_catalog.age is not steady
                select now() => not: pg_catalog.now
                select pg_catalog.now() => not: pg_catalog.now
                select "now"() => not: pg_catalog.now
                select current_timestamp => not: current_timestamp
                select current_timestamp(3) => not: current_timestamp
                select current_date => not: current_date
                select localtime => not: localtime
                select clock_timestamp() => not: clock_timestamp
                select statement_timestamp() => not: statement_timestamp
                select current_schema => not: current_schema
                select current_schema() => not: current_schema
                select random() => not: random
                select gen_random_uuid() => not: gen_random_uuid
                select nextval('counter') => not: nextval
                select currval('counter') => not: currval
                select pg_backend_pid() => not: pg_backend_pid
                select version() => not: version
                select inet_client_addr() => not: inet_client_addr
                select txid_current() => not: txid_current
                select has_table_privilege('lone', 'select') => not: has_table_privilege
                select to_regclass('lone') => not: to_regclass
                select pg_read_file('x') => not: pg_read_file
                select table_to_xml('lone', true, true, '') => not:
                select query_to_xml('select 1', true, true, '') => not: query_to_xml
                select current_setting('app.tenant') => not: current_setting
                select set_config('a.b', 'c', false) => not: set_config
                select pg_sleep(1) => not: pg_sleep
                select pg_advisory_lock(1) => not: pg_advisory_lock
                select pgproxy_cache_reset() => not: pgproxy_cache_reset is not known
                select steady(id) from lone => lone
                select looks(id) from lone => not: public.looks
                select writes(id) from lone => not: public.writes
                select total(id) from lone => not: public.total
                select treat(id as text) from lone => not:
                select ts_rewrite('a'::tsquery, 'a'::tsquery, 'b'::tsquery) =>
                select ts_rewrite('a'::tsquery, 'select 1') => not: ts_rewrite
                """);
    }

    @TestFactory
    Stream<DynamicTest> functionsThatNoNameTellsOf() {
        return cases("""
                select id + 1, id = 2, name || 'x' from lone => lone
                select id +# 1 from lone => not: public.adds
                select id +## 1 from lone => lone
                select id operator(public.+#) 1 from lone => not: public.adds
                select id operator(app.@@@) 1 from lone => not: public.adds
                select id operator(pg_catalog.+) 1 from lone => lone
                select c.name, c.age from customer c => customer
                select customer.age from customer => customer
                select public.customer.age from customer => customer
                select c.hidden from customer c => not: public.hidden
                select c.age from (select born as b from customer) c => not: pg_catalog.age
                select x.age from customer c, unnest(array[now]) as x(now) => not: pg_catalog.age
                select (c).name from customer c => customer
                select ('a'::text).pg_read_file => not: pg_read_file
                select x.pg_read_file from unnest(array['a']) as x => not: pg_read_file
                select x."pg_read_file" from unnest(array['a']) as x => not: pg_read_file
                select x.U&"pg\\005fread_file" from unnest(array['a']) as x => not: pg_read_file
                """);
    }

    @TestFactory
    Stream<DynamicTest> overloadsInThePathCount() {
        return cases("""
                select lower(name) from public.lone => not: app.lower
                select pg_catalog.lower(name) from public.lone => lone
                select upper(name) from public.lone => lone
                """, ReadRules.DEFAULT, SearchPath.of("public", "app"));
    }

    @TestFactory
    Stream<DynamicTest> wordsForATimeThatPasses() {
        return cases("""
                select 'now'::timestamp => not: a time that passes
                select timestamp 'NOW' => not: a time that passes
                select * from orders where at > 'yesterday' => not: a time that passes
                select E'\\x6eow'::timestamp => not: a time that passes
                select $$today$$::date => not: a time that passes
                select $x$ Tomorrow 12:00 $x$::timestamp => not: a time that passes
                select U&'n\\006fw'::timestamp => not: a time that passes
                select U&'n!006fw' uescape '!' => not: a time that passes
                select 'epoch'::timestamp, 'infinity'::date, 'allballs'::time =>
                select 'snow', 'nowhere', 'nows', 'know', 'to-day' =>
                select "now" from (select 1 as now) x =>
                select 1 -- now =>
                select '12:00'::timetz => not: time with time zone
                select cast('12:00' as time with time zone) => not: time with time zone
                select '12:00'::time(3) with time zone => not:
                select '12:00'::time without time zone, '12:00'::time(3) =>
                """);
    }

    @Test
    void theWordOfAConstantInTwoPartsIsSeen() {
        assertThat(shop.words(shop.reading("select 'no'\n'w'::timestamp"))).contains("a time that passes");
    }

    @TestFactory
    Stream<DynamicTest> whatDefinitionsAndMaintenanceChange() {
        return cases("""
                select ctid from lone => not: system column ctid
                select l.xmin from lone l => not: system column xmin
                select "xmax" from lone => not: system column xmax
                select tableoid from lone => lone
                select 'lone'::regclass => not: regclass
                select cast('lone' as regclass) => not: regclass
                select regtype 'int' => not: regtype
                select to_tsvector('simple'::regconfig, name) from lone => lone
                """);
    }

    @TestFactory
    Stream<DynamicTest> whatTheHostDeclares() {
        ReadRules rules = new ReadRules(TableRules.NONE, Shop.DECLARED, true, true);
        return cases("""
                select looks(1) => lone
                select looks(id) from customer => customer lone
                select * from v_calls => lone
                select * from guarded_code => guarded_code lone
                select writes(1) => not: public.writes
                select * from far => far
                select * from near => near near_far
                select relname from pg_class => pg_catalog.pg_class system
                select * from lone, pg_am => lone pg_catalog.pg_am system
                """, rules, Shop.PUBLIC);
    }

    @TestFactory
    Stream<DynamicTest> rulesForTables() {
        TableRules tables =
                new TableRules(Set.of("public", "Odd.One"), Set.of("public.v_customer", "public.event_2025", "app"));
        return cases("""
                select * from lone => lone
                select * from customer => customer
                select * from v_customer => not: v_customer is not to be kept
                select * from v_adults => not: v_customer is not to be kept
                select * from event => not: event_2025 is not to be kept
                select * from event_2024 => event_2024 event_2024_a event_2024_b
                """, new ReadRules(tables, Declarations.NONE, false, false), Shop.PUBLIC);
    }

    @TestFactory
    Stream<DynamicTest> onlyWhatIsAllowed() {
        TableRules tables = new TableRules(Set.of("public.lone", "public.v_joined", "public.orders"), Set.of());
        return cases("""
                select * from lone => lone
                select * from customer => not: customer is not to be kept
                select * from v_me => not: v_me is not to be kept
                select * from v_joined => not: customer is not to be kept
                """, new ReadRules(tables, Declarations.NONE, false, false), Shop.PUBLIC);
    }

    @Test
    void aSessionWithTemporaryTablesSharesNothingThatReadsTables() {
        SearchPath temporary = Shop.PUBLIC.withTemporaryTables();

        assertThat(shop.reading("select * from lone", ReadRules.DEFAULT, temporary))
                .isInstanceOf(NotCacheable.class);
        // A temporary table may inherit from it.
        assertThat(shop.reading("select * from public.lone", ReadRules.DEFAULT, temporary))
                .isInstanceOf(NotCacheable.class);
        assertThat(shop.reading("select 1", ReadRules.DEFAULT, temporary)).isInstanceOf(Cacheable.class);
    }

    @Test
    void withoutACatalogueNothingIsKept() {
        try (var analyzer = SqlAnalyzer.builder().build()) {
            var statement = analyzer.analyze("select 1").statements().get(0);

            assertThat(new ReadAnalysis(ReadRules.DEFAULT)
                            .of(
                                    statement.facts(),
                                    statement.tree().toCompletableFuture().join(),
                                    statement.sql(),
                                    Catalog.offline(),
                                    Shop.PUBLIC))
                    .isInstanceOf(NotCacheable.class);
        }
    }

    @Test
    void castsAndDomainsOfUsersCountWhereTheyMayRun(TestDatabase other) throws SQLException {
        other.execute("""
                create function checks(text) returns boolean language plpgsql as $$ begin return true; end $$;
                create domain checked as text check (checks(value));
                create type pair as (a int, b int);
                create function folds(pair) returns int language plpgsql as $$ begin return 1; end $$;
                create cast (pair as int) with function folds(pair) as assignment;
                """);
        Shop domains = Shop.over(other);
        try {
            assertThat(domains.reading("select id from lone")).isInstanceOf(Cacheable.class);
            assertThat(domains.words(domains.reading("select name::checked from lone")))
                    .contains("public.folds");
            other.execute("drop cast (pair as int)");
        } finally {
            domains.close();
        }
        Shop without = Shop.over(other);
        try {
            for (String sql : new String[] {
                "select name::checked from lone",
                "select cast(name as checked) from lone",
                "select checked 'x'",
                "select * from lone where name = $1"
            }) {
                assertThat(without.words(without.reading(sql))).as(sql).contains("public.checks");
            }
            assertThat(without.reading("select id from lone")).isInstanceOf(Cacheable.class);
            other.execute("create cast (pair as int) with function folds(pair) as implicit");
        } finally {
            without.close();
        }
        Shop implicit = Shop.over(other);
        try {
            assertThat(implicit.words(implicit.reading("select id from lone"))).contains("public.folds");
        } finally {
            implicit.close();
        }
    }
}
