package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.cache.Writing.Everything;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each case is a statement, an arrow, and what it may change: tables, {@code nothing}, or {@code everything} and why.
 */
@WithPostgres
class WriteAnalysisTest {
    private static Shop shop;

    @BeforeAll
    static void open(TestDatabase database) throws SQLException {
        shop = Shop.in(database);
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    private static Stream<DynamicTest> cases(String lines, Declarations declared, SearchPath path) {
        return lines.lines()
                .map(line -> DynamicTest.dynamicTest(line, () -> {
                    String[] parts = line.split(" => ", 2);
                    String words = shop.words(shop.writing(parts[0], declared, path));
                    if (parts[1].startsWith("everything")) {
                        String[] expected = parts[1].split(": ", 2);
                        assertThat(words).startsWith(expected[0] + ": ").contains(expected[1]);
                    } else {
                        assertThat(words).isEqualTo(parts[1]);
                    }
                }));
    }

    private static Stream<DynamicTest> cases(String lines) {
        return cases(lines, Declarations.NONE, Shop.PUBLIC);
    }

    @TestFactory
    Stream<DynamicTest> whatReads() {
        return cases("""
                select * from lone => nothing
                select upper(name), now(), random() from lone => nothing
                select * from lone for update => nothing
                select nextval('counter'), setval('counter', 3) => nothing
                select pg_advisory_lock(1), set_config('a.b', 'c', false), pg_notify('a', 'b') => nothing
                select steady(1), looks(1) => nothing
                select writes(1) => everything, definitions: writes may write
                select app.lower('x') => everything, definitions: lower may write
                select no_such_function(1) => everything, definitions: no_such_function may write
                select pg_catalog.query_to_xml('select 1', true, true, '') => everything, definitions: query_to_xml
                values (writes(1)) => everything, definitions: writes
                explain select * from lone => nothing
                explain analyze select writes(1) => everything, definitions: writes
                show timezone => nothing
                copy lone to stdout => nothing
                copy (select * from lone) to stdout => nothing
                copy (select writes(1)) to stdout => everything, definitions: writes
                copy lone to '/tmp/x' => nothing
                copy lone to program 'cat' => everything, definitions: code
                declare c cursor for select * from lone => nothing
                declare c cursor for select writes(1) => everything, definitions: writes
                close c => nothing
                fetch c => everything: what it runs is not known
                """);
    }

    @TestFactory
    Stream<DynamicTest> rows() {
        return cases("""
                insert into lone values (1) => lone
                insert into public.lone select * from customer => lone
                insert into "Odd.One"."Mixed ""Case"" too" values (1) => Odd.One.Mixed "Case" too
                update lone set name = 'x' from customer c where c.id = lone.id => lone
                delete from lone using customer c where c.id = lone.id => lone
                truncate lone => lone
                copy lone from stdin => lone
                copy lone (id) from '/tmp/x' => lone
                copy lone from stdin where writes(id) > 0 => everything, definitions: may change anything
                copy lone from stdin where steady(id) > 0 => lone
                copy lone from program 'cat' => everything, definitions: code
                insert into lone values (writes(1)) => everything, definitions: writes
                insert into nowhere_to_be_found values (1) => everything: not known
                copy nowhere_to_be_found from stdin => everything: not known
                update pg_class set relname = 'x' => everything, definitions: of the system
                with x as (delete from lone returning id) select * from x => lone
                with x as (insert into near values (1) returning id) delete from lone => lone near near_far
                with lone as (select 1 as id) update near set id = lone.id from lone => near near_far
                explain analyze delete from lone => lone
                explain insert into lone values (1) => lone
                copy (delete from lone returning id) to stdout => lone
                merge into lone l using near n on l.id = n.id when matched then delete => lone
                """);
    }

    @TestFactory
    Stream<DynamicTest> whatFollows() {
        return cases("""
                insert into customer values (9) => customer
                update customer set name = 'x' => customer
                delete from customer => customer line note orders
                delete from orders => line orders
                update orders set total = 1 => line orders
                insert into orders values (9) => orders
                insert into orders values (9) on conflict (id) do update set id = 10 => line orders
                merge into customer c using lone l on c.id = l.id when matched then delete => customer line note orders
                truncate customer cascade => customer line note orders strict
                truncate strict => strict
                insert into event values (1, '2024-01-01') => event event_2024 event_2024_a event_2024_b event_2025
                insert into event_2025 values (1, '2025-01-01') => event_2025
                delete from event_2025 => event_2025 of_event
                update event set day = day + 1 => event event_2024 event_2024_a event_2024_b event_2025 of_event
                delete from event_2024_a => event_2024_a of_event
                delete from animal => animal dog puppy
                update dog set name = 'x' => dog puppy
                delete from only animal => animal dog puppy
                update v_customer set name = 'x' => customer
                delete from v_customer => customer line note orders
                delete from v_adults => customer line note orders
                insert into v_event values (1, '2024-01-01') => event event_2024 event_2024_a event_2024_b event_2025
                insert into far values (1) => far
                insert into near values (1) => near near_far
                refresh materialized view m_names => m_names
                refresh materialized view concurrently public."m_names" => m_names
                refresh materialized view public.m_names with no data => m_names
                refresh materialized view U&"m_names" => everything, definitions: definitions
                refresh materialized view nowhere => everything: not known
                """);
    }

    @TestFactory
    Stream<DynamicTest> codeThatNobodySeesThrough() {
        return cases("""
                insert into watched values (9) => everything: the trigger watching of public.watched
                delete from watched => everything: the trigger watching
                insert into v_watched values (9) => everything: the trigger watching
                copy watched from stdin => everything: the trigger watching
                insert into ruled values (9) => everything: public.ruled has rules
                insert into defaulting values (9) => everything: a default of public.defaulting
                update defaulting set n = default => everything: a default of public.defaulting
                delete from defaulting => defaulting
                insert into known values (9) => everything: the trigger watching of public.known
                """);
    }

    @TestFactory
    Stream<DynamicTest> whatTheHostDeclares() {
        return cases("""
                insert into known values (9) => known log
                truncate known => known log
                insert into known_parts values (1) => known_parts known_parts_1 log
                insert into known_parts_1 values (1) => known_parts_1 log
                insert into watched values (9) => everything: the trigger watching of public.watched
                """, Shop.DECLARED, Shop.PUBLIC);
    }

    @TestFactory
    Stream<DynamicTest> definitions() {
        return cases("""
                create table new(id int) => everything, definitions: definitions
                create table new as select * from lone => everything, definitions: definitions
                select * into new from lone => everything, definitions: definitions
                explain analyze create table new as select 1 => everything, definitions: definitions
                create temp table new(id int) => nothing
                create temporary table new as select * from lone => nothing
                create temp table new as execute p => everything: what it runs is not known
                create temp table new as with d as (delete from lone returning *) table d => everything, definitions: may
                create temp table new as select writes(1) => everything, definitions: writes
                select * into temp new from lone => nothing
                select writes(1) into temp new => everything, definitions: writes
                create temp view new as select 1 => nothing
                create function pg_temp.f() returns int language sql as 'select 1' => everything, definitions: definitions
                create schema new create table x(id int) => everything, definitions: definitions
                alter table lone add x int => everything, definitions: definitions
                drop table lone => everything, definitions: definitions
                create index on lone(id) => everything, definitions: definitions
                grant select on lone to public => everything, definitions: definitions
                comment on table lone is 'x' => nothing
                vacuum lone => nothing
                vacuum full => nothing
                analyze => nothing
                reindex table lone => nothing
                cluster lone => nothing
                checkpoint => nothing
                """);
    }

    @TestFactory
    Stream<DynamicTest> theSession() {
        return cases("""
                begin => nothing
                commit => nothing
                rollback => nothing
                savepoint a => nothing
                rollback prepared 'x' => nothing
                prepare transaction 'x' => everything, definitions: prepared
                commit prepared 'x' => everything, definitions: prepared
                set timezone = 'UTC' => nothing
                set constraints all immediate => nothing
                reset all => nothing
                discard all => nothing
                listen a => nothing
                notify a => nothing
                lock table lone => nothing
                prepare p as insert into lone values (1) => nothing
                execute p => everything: what it runs is not known
                deallocate p => nothing
                do 'begin end' => everything, definitions: code
                call p() => everything, definitions: code
                load 'x' => everything, definitions: code
                nonsense => everything, definitions: code
                """);
    }

    @Test
    void aNameThatTemporaryTablesMayHideIsNotKnown() {
        SearchPath temporary = Shop.PUBLIC.withTemporaryTables();

        assertThat(shop.writing("insert into lone values (1)", Declarations.NONE, temporary))
                .isInstanceOf(Everything.class);
        assertThat(shop.words(shop.writing("insert into public.lone values (1)", Declarations.NONE, temporary)))
                .isEqualTo("lone");
    }

    @Test
    void definitionsRunCodeWhereThereAreEventTriggers(TestDatabase database) throws SQLException {
        database.execute("""
                create function seen() returns event_trigger language plpgsql as $$ begin end $$;
                create event trigger watching on ddl_command_end execute function seen();
                """);
        Shop watched = Shop.over(database);
        try {
            for (String sql : new String[] {
                "comment on table lone is 'x'",
                "create temp table x(id int)",
                "reindex table lone",
                "refresh materialized view m_names"
            }) {
                assertThat(watched.writing(sql, Declarations.NONE, Shop.PUBLIC))
                        .as(sql)
                        .isInstanceOf(Everything.class);
            }
            assertThat(watched.words(watched.writing("insert into lone values (1)", Declarations.NONE, Shop.PUBLIC)))
                    .isEqualTo("lone");
        } finally {
            watched.close();
            database.execute("drop event trigger watching");
        }
    }
}
