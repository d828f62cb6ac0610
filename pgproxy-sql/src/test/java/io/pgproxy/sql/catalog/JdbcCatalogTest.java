package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.sql.catalog.FunctionVerdict.Allowed;
import io.pgproxy.sql.catalog.FunctionVerdict.Refused;
import io.pgproxy.sql.catalog.RelationLookup.Absent;
import io.pgproxy.sql.catalog.RelationLookup.Found;
import io.pgproxy.sql.catalog.RelationLookup.Unknown;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

@WithPostgres
class JdbcCatalogTest {
    private static final SearchPath PUBLIC = SearchPath.of("public");
    private static final String SETUP = """
            create schema a;
            create schema b;
            create schema "Odd.Schema";
            grant usage on schema a, b, "Odd.Schema" to public;
            create schema closed;
            create table public.orders(id bigint primary key, amount numeric(10,2) not null, "Note" text default 'x',
                gone int, tags text[], doubled numeric generated always as (amount * 2) stored);
            alter table public.orders drop column gone;
            create table a.orders(id int);
            create table b.only_in_b(id int);
            create table closed.orders(id int);
            create table closed.secret(id int);
            create table a.pg_class(id int);
            create table "Odd.Schema"."a ""b"".c, ü"("x""y" int);
            create sequence public.counter;
            create foreign data wrapper nothing;
            create server nowhere foreign data wrapper nothing;
            create foreign table public.far(id int) server nowhere;
            create table public.parted(id int, d date) partition by range (d);
            create table public.parted_1 partition of public.parted for values from ('2024-01-01') to ('2025-01-01')
                partition by list (id);
            create table public.parted_1_a partition of public.parted_1 for values in (1);
            create table public.parted_2 partition of public.parted for values from ('2025-01-01') to ('2026-01-01');
            create table public.mother(id int);
            create table public.father(name text);
            create table public.child() inherits (public.mother, public.father);
            create table public.guarded(id int);
            alter table public.guarded enable row level security;
            alter table public.guarded force row level security;
            create function public.writes() returns int language plpgsql as $$ begin return 1; end $$;
            create function public.writes(i int) returns int language plpgsql volatile as $$ begin return i; end $$;
            create function public.steady(i int, j int default 2) returns int language sql stable as 'select i + j';
            create function public.steady(variadic i text[]) returns setof text language sql immutable security definer
                as 'select unnest(i)';
            create function public.alias(int4) returns int4 language internal immutable as 'int4abs';
            create function a.lower(text) returns text language sql volatile as 'select $1';
            create function public.abs(varchar) returns int language sql stable as 'select 1';
            create function public.trig() returns trigger language plpgsql as $$ begin return new; end $$;
            create trigger notes before insert on public.orders for each row execute function public.trig();
            create trigger "switched off" before insert on public.orders for each row execute function public.trig();
            alter table public.orders disable trigger "switched off";
            create rule redirected as on insert to public.father do instead nothing;
            create procedure public.proc() language sql as 'select 1';
            create function public.adds(int, int) returns int language plpgsql volatile as $$ begin return 1; end $$;
            create aggregate public.total(int) (sfunc = public.adds, stype = int);
            create aggregate public.plain(int) (sfunc = int4pl, stype = int);
            create operator public.+# (leftarg = int, rightarg = int, function = public.adds);
            create operator public.+## (leftarg = int, rightarg = int, function = int4pl);
            create type public.comp as (a int);
            create function public.to_int(public.comp) returns int language plpgsql as $$ begin return 1; end $$;
            create cast (public.comp as int) with function public.to_int(public.comp) as assignment;
            create function public.may_see(int) returns boolean language sql stable as 'select true';
            create function public.may_write(int) returns boolean language sql stable as 'select true';
            create policy seen on public.guarded for select
                using (public.may_see(id) and exists (select from public.mother m where m.id = guarded.id));
            create policy written on public.guarded for insert with check (public.may_write(id));
            create view public.vguarded as select * from public.guarded;
            create table public.unguarded(id int);
            create policy asleep on public.unguarded using (public.may_see(id));
            create function public.is_fine(text) returns boolean language sql stable as 'select true';
            create domain public.fine as text check (public.is_fine(value) and length(value) > 1);
            create view public.v1 as select o.id, lower(o."Note") as note from public.orders o;
            create view public.v2 as select v.id, public.writes() as w from public.v1 v join a.orders using (id)
                where exists (select from public.parted) and 1 +# 2 > 0;
            create view public.vsys as select c.oid, (pg_stat_file('x')).size from pg_catalog.pg_class c;
            create materialized view public.mv as select count(*) as n from public.v1;
            create view public.vmv as select * from public.mv;
            create function public.shared(i int) returns int language sql stable as 'select 1';
            create function b.shared(i int) returns int language sql volatile as 'select 1';
            """;

    private static JdbcCatalog jdbc;
    private static Catalog catalog;

    @BeforeAll
    static void readOnce(TestDatabase database) throws SQLException {
        database.execute(SETUP);
        jdbc = JdbcCatalog.builder(source(database)).build();
        catalog = jdbc.refresh();
    }

    static PGSimpleDataSource source(TestDatabase database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        return source;
    }

    private static StoredRelation found(String schema, String name) {
        return found(schema, name, PUBLIC);
    }

    private static StoredRelation found(String schema, String name, SearchPath path) {
        assertThat(catalog.relation(schema, name, path)).isInstanceOf(Found.class);
        return ((Found) catalog.relation(schema, name, path)).relation();
    }

    private static List<String> names(List<StoredRelation> relations) {
        return relations.stream().map(StoredRelation::qualifiedName).toList();
    }

    private static List<String> routineNames(List<Routine> routines) {
        return routines.stream().map(Routine::qualifiedName).toList();
    }

    @Test
    void theVersionIsTheServers(TestDatabase database) {
        assertThat(catalog.isKnown()).isTrue();
        assertThat(catalog.version()).isEqualTo(database.server().version());
        assertThat(jdbc.current()).isSameAs(catalog);
        assertThat(jdbc.lastFailure()).isNull();
    }

    @Test
    void aTableHasItsColumns(TestDatabase database) {
        StoredRelation orders = found(null, "orders");

        assertThat(orders.kind()).isEqualTo(RelationKind.TABLE);
        assertThat(orders.columns())
                .containsExactly(
                        new Column("id", 1, "bigint", 20, true, false),
                        new Column("amount", 2, "numeric(10,2)", 1700, true, false),
                        new Column("Note", 3, "text", 25, false, false),
                        new Column("tags", 5, "text[]", 1009, false, false),
                        new Column("doubled", 6, "numeric", 1700, false, true));
        assertThat(orders.column("Note")).isPresent();
        assertThat(orders.column("note")).isEmpty();
        assertThat(orders.column("ctid")).isEmpty();
        assertThat(orders.triggers()).containsExactly("notes");
        assertThat(orders.isSystem()).isFalse();
        assertThat(catalog.relation(orders.oid())).contains(orders);
        assertThat(catalog.relation(1)).isEmpty();
    }

    @Test
    void typesOfUsersHaveTheirSchema() {
        assertThat(catalog.casts()).singleElement().satisfies(cast -> {
            assertThat(cast.source()).isEqualTo("public.comp");
            assertThat(cast.target()).isEqualTo("integer");
            assertThat(cast.implicit()).isFalse();
            assertThat(cast.routine().qualifiedName()).isEqualTo("public.to_int");
        });
    }

    @Test
    void eachKindIsKnown() {
        assertThat(found("public", "counter").kind()).isEqualTo(RelationKind.SEQUENCE);
        assertThat(found("public", "parted").kind()).isEqualTo(RelationKind.PARTITIONED_TABLE);
        assertThat(found("public", "far").kind()).isEqualTo(RelationKind.FOREIGN_TABLE);
        assertThat(found("public", "v1").kind()).isEqualTo(RelationKind.VIEW);
        assertThat(found("public", "mv").kind()).isEqualTo(RelationKind.MATERIALIZED_VIEW);
        assertThat(found(null, "pg_class").isSystem()).isTrue();
        assertThat(found("information_schema", "tables").kind()).isEqualTo(RelationKind.VIEW);
        assertThat(catalog.relation("public", "orders_pkey", PUBLIC)).isInstanceOf(Absent.class);
    }

    @Test
    void namesAreTakenAsTheyAre() {
        StoredRelation odd = found("Odd.Schema", "a \"b\".c, ü");

        assertThat(odd.columns()).singleElement().extracting(Column::name).isEqualTo("x\"y");
        assertThat(catalog.relation("odd.schema", "a \"b\".c, ü", PUBLIC)).isInstanceOf(Absent.class);
        assertThat(catalog.relation(null, "Orders", PUBLIC)).isInstanceOf(Absent.class);
        assertThat(catalog.relation(null, "public.orders", PUBLIC)).isInstanceOf(Absent.class);
    }

    @Test
    void theFirstSchemaOfThePathCounts() {
        assertThat(found(null, "orders", SearchPath.of("a", "public")).schema()).isEqualTo("a");
        assertThat(found(null, "orders", SearchPath.of("b", "public", "a")).schema())
                .isEqualTo("public");
        assertThat(found(null, "only_in_b", SearchPath.of("nowhere", "a", "b")).schema())
                .isEqualTo("b");
        assertThat(catalog.relation(null, "only_in_b", PUBLIC)).isInstanceOf(Absent.class);
        assertThat(catalog.relation(null, "orders", SearchPath.of())).isInstanceOf(Absent.class);
    }

    @Test
    void theSystemsSchemaIsInFrontUnlessThePathNamesIt() {
        assertThat(found(null, "pg_class", SearchPath.of("a")).schema()).isEqualTo("pg_catalog");
        assertThat(found(null, "pg_class", SearchPath.of("a", "pg_catalog")).schema())
                .isEqualTo("a");
    }

    @Test
    void temporaryRelationsMayHideWhatThePathFinds() {
        SearchPath first = PUBLIC.withTemporaryTables();
        SearchPath last = SearchPath.of("public", "pg_temp").withTemporaryTables();

        assertThat(catalog.relation(null, "orders", first)).isInstanceOf(Unknown.class);
        assertThat(catalog.relation(null, "pg_class", first)).isInstanceOf(Unknown.class);
        assertThat(found("public", "orders", first)).isNotNull();
        assertThat(found(null, "orders", last)).isNotNull();
        assertThat(catalog.relation(null, "nothing", last)).isInstanceOf(Unknown.class);
    }

    @Test
    void schemasOfSessionsAndOfToastTablesAreNotKnown(TestDatabase database) throws Exception {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("create temp table of_a_session(id int)");
            Catalog meanwhile = jdbc.refresh();

            assertThat(meanwhile.relation("pg_temp", "of_a_session", PUBLIC)).isInstanceOf(Unknown.class);
            assertThat(meanwhile.relation("pg_temp_3", "of_a_session", PUBLIC)).isInstanceOf(Unknown.class);
            assertThat(meanwhile.relation("pg_toast", "pg_toast_1", PUBLIC)).isInstanceOf(Unknown.class);
            assertThat(meanwhile.relation(null, "of_a_session", PUBLIC)).isInstanceOf(Absent.class);
        }
        catalog = jdbc.refresh();
    }

    @Test
    void aSchemaThatIsNotForEverybodyDecidesOnlyWhatIsNowhereElse() {
        SearchPath path = SearchPath.of("closed", "public");

        assertThat(catalog.relation(null, "orders", path)).isInstanceOf(Unknown.class);
        assertThat(found(null, "secret", path).schema()).isEqualTo("closed");
        assertThat(found("closed", "orders", path)).isNotNull();
        assertThat(found(null, "orders", SearchPath.of("closed", "closed", "b")).schema())
                .isEqualTo("closed");
    }

    @Test
    void viewsAreExpanded() {
        StoredRelation v2 = found(null, "v2");

        assertThat(names(catalog.uses(v2))).containsExactlyInAnyOrder("public.v1", "a.orders", "public.parted");
        assertThat(names(catalog.baseRelations(v2)))
                .containsExactlyInAnyOrder("public.orders", "a.orders", "public.parted");
        assertThat(names(catalog.baseRelations(found(null, "vmv")))).containsExactly("public.mv");
        assertThat(names(catalog.uses(found(null, "mv")))).containsExactly("public.v1");
        assertThat(names(catalog.baseRelations(found(null, "vsys")))).containsExactly("pg_catalog.pg_class");
        assertThat(names(catalog.baseRelations(found(null, "orders")))).containsExactly("public.orders");
        assertThat(catalog.uses(found(null, "orders"))).isEmpty();
        assertThat(names(catalog.baseRelations(found(null, "pg_tables")))).contains("pg_catalog.pg_class");
    }

    @Test
    void functionsOfViewsAreKnown() {
        assertThat(routineNames(catalog.routinesOf(found(null, "v2"))))
                .contains("public.writes", "public.adds", "pg_catalog.lower", "pg_catalog.int84eq");
        assertThat(routineNames(catalog.routinesOf(found(null, "vsys")))).containsExactly("pg_catalog.pg_stat_file");
        assertThat(catalog.routinesOf(found(null, "mv"))).isEmpty();
        assertThat(catalog.routinesOf(found(null, "vmv"))).isEmpty();
        assertThat(catalog.routinesOf(found(null, "orders"))).isEmpty();
        assertThat(catalog.routinesOf(found(null, "pg_hba_file_rules")).stream().map(FunctionPolicy.readOnly()::decide))
                .anyMatch(Refused.class::isInstance);
        assertThat(catalog.routinesOf(found(null, "pg_stat_activity")).stream().map(FunctionPolicy.readOnly()::decide))
                .isNotEmpty()
                .allMatch(Allowed.class::isInstance);
    }

    @Test
    void policiesReadAndCallToo() {
        for (String name : List.of("guarded", "vguarded")) {
            assertThat(names(catalog.baseRelations(found(null, name))))
                    .containsExactlyInAnyOrder("public.guarded", "public.mother");
            assertThat(routineNames(catalog.routinesOf(found(null, name))))
                    .contains("public.may_see")
                    .doesNotContain("public.may_write");
        }
        assertThat(catalog.routinesOf(found(null, "unguarded"))).isEmpty();
    }

    @Test
    void functionsOfDomainsAreKnown() {
        assertThat(routineNames(catalog.domainRoutines()))
                .containsExactlyInAnyOrder("public.is_fine", "pg_catalog.length", "pg_catalog.int4gt");
    }

    @Test
    void partitionsAreKnownBothWays() {
        StoredRelation parted = found(null, "parted");
        StoredRelation leaf = found(null, "parted_1_a");

        assertThat(names(catalog.children(parted))).containsExactly("public.parted_1", "public.parted_2");
        assertThat(names(catalog.family(parted)))
                .containsExactlyInAnyOrder("public.parted", "public.parted_1", "public.parted_1_a", "public.parted_2");
        assertThat(names(catalog.parents(leaf))).containsExactly("public.parted_1");
        assertThat(names(catalog.family(leaf))).containsExactly("public.parted_1_a");
    }

    @Test
    void aChildMayHaveSeveralParents() {
        assertThat(names(catalog.parents(found(null, "child"))))
                .containsExactlyInAnyOrder("public.mother", "public.father");
        assertThat(names(catalog.children(found(null, "mother")))).containsExactly("public.child");
        assertThat(catalog.parents(found(null, "mother"))).isEmpty();
    }

    @Test
    void rowSecurityAndRulesAreKnown() {
        assertThat(found(null, "guarded").rowSecurity()).isTrue();
        assertThat(found(null, "guarded").forcedRowSecurity()).isTrue();
        assertThat(found(null, "orders").rowSecurity()).isFalse();
        assertThat(found(null, "father").rules()).isTrue();
        assertThat(found(null, "v1").rules()).isFalse();
    }

    @Test
    void functionsAreKnown() {
        assertThat(catalog.routines(null, "steady", PUBLIC))
                .extracting(
                        Routine::volatility,
                        Routine::leastArguments,
                        Routine::mostArguments,
                        Routine::securityDefiner,
                        Routine::returnsSet,
                        Routine::language,
                        Routine::trusted)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(Volatility.STABLE, 1, 2, false, false, "sql", true),
                        org.assertj.core.groups.Tuple.tuple(
                                Volatility.IMMUTABLE, 0, Integer.MAX_VALUE, true, true, "sql", true));
        assertThat(catalog.routines(null, "proc", PUBLIC))
                .extracting(Routine::kind)
                .containsExactly(RoutineKind.PROCEDURE);
        assertThat(catalog.routines(null, "alias", PUBLIC))
                .extracting(Routine::trusted)
                .containsExactly(false);
        assertThat(catalog.routines("public", "steady", SearchPath.of())).hasSize(2);
        assertThat(catalog.routines(null, "steady", SearchPath.of("a"))).isEmpty();
        assertThat(catalog.routines("pg_catalog", "row_number", PUBLIC))
                .singleElement()
                .matches(Routine::isBuiltIn);
    }

    @Test
    void anAggregateIsAsVolatileAsWhatItIsMadeOf() {
        assertThat(catalog.routines(null, "total", PUBLIC))
                .extracting(Routine::kind, Routine::volatility, Routine::trusted)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(RoutineKind.AGGREGATE, Volatility.VOLATILE, true));
        assertThat(catalog.routines(null, "plain", PUBLIC))
                .extracting(Routine::volatility, Routine::trusted)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(Volatility.IMMUTABLE, true));
    }

    @Test
    void operatorsOfUsersAreKnown() {
        assertThat(routineNames(catalog.operatorRoutines(null, "+#", PUBLIC))).containsExactly("public.adds");
        assertThat(routineNames(catalog.operatorRoutines(null, "+##", PUBLIC))).containsExactly("pg_catalog.int4pl");
        assertThat(catalog.operatorRoutines(null, "+", PUBLIC)).isEmpty();
        assertThat(catalog.operatorRoutines(null, "+#", SearchPath.of("a"))).isEmpty();
        assertThat(routineNames(catalog.operatorRoutines("public", "+#", SearchPath.of())))
                .containsExactly("public.adds");
    }

    @Test
    void overloadsOfAllSchemasOfThePathCount() {
        FunctionPolicy policy = FunctionPolicy.readOnly();

        assertThat(policy.decide(null, "lower", 1, catalog, PUBLIC)).isInstanceOf(Allowed.class);
        assertThat(policy.decide(null, "lower", 1, catalog, SearchPath.of("a")))
                .isEqualTo(new FunctionVerdict.Unknown("a.lower is a user's function"));
        assertThat(policy.decide("pg_catalog", "lower", 1, catalog, SearchPath.of("a")))
                .isInstanceOf(Allowed.class);
        // pg_catalog stands first, and still this one is meant where the argument is a varchar.
        assertThat(policy.decide(null, "abs", 1, catalog, PUBLIC)).isInstanceOf(FunctionVerdict.Unknown.class);
        assertThat(policy.decide(null, "nextval", 1, catalog, PUBLIC)).isInstanceOf(Refused.class);
        assertThat(policy.decide(null, "no_such", 1, catalog, PUBLIC)).isInstanceOf(FunctionVerdict.Unknown.class);
    }

    @Test
    void theStrictestOfThoseThatMayBeMeantCounts() {
        FunctionPolicy stableOnly = FunctionPolicy.builder()
                .userFunctions(UserFunctions.STABLE_ONLY)
                .build();

        assertThat(stableOnly.decide(null, "steady", 1, catalog, PUBLIC)).isInstanceOf(FunctionVerdict.Unknown.class);
        assertThat(stableOnly.decide(null, "writes", 0, catalog, PUBLIC)).isInstanceOf(Refused.class);
        assertThat(stableOnly.decide(null, "total", 1, catalog, PUBLIC)).isInstanceOf(Refused.class);
        assertThat(stableOnly.decide(null, "alias", 1, catalog, PUBLIC)).isInstanceOf(Refused.class);
        assertThat(stableOnly.decide(null, "shared", 1, catalog, PUBLIC)).isInstanceOf(FunctionVerdict.Unknown.class);
        assertThat(stableOnly.decide(null, "shared", 1, catalog, SearchPath.of("public", "b")))
                .isInstanceOf(Refused.class);
        assertThat(stableOnly.decide(null, "shared", 2, catalog, SearchPath.of("public", "b")))
                .isInstanceOf(Refused.class);
        assertThat(stableOnly.decide(null, "lower", 1, catalog, PUBLIC)).isInstanceOf(Allowed.class);
    }

    @Test
    void rulesForASchemaHoldForWhatIsFoundThere() {
        FunctionPolicy policy = FunctionPolicy.builder()
                .userFunctions(UserFunctions.REFUSE)
                .allowSchema("public")
                .denySchema("b")
                .build();

        assertThat(policy.decide(null, "shared", 1, catalog, PUBLIC)).isInstanceOf(Allowed.class);
        assertThat(policy.decide(null, "shared", 1, catalog, SearchPath.of("public", "b")))
                .isInstanceOf(Refused.class);
    }

    @Test
    void allThatIsBuiltInIsJudgedByTheList(TestDatabase database) throws Exception {
        List<List<String>> names = database.query("select distinct proname from pg_catalog.pg_proc"
                + " where pronamespace = 'pg_catalog'::regnamespace and oid < 16384");
        FunctionPolicy policy =
                FunctionPolicy.builder().userFunctions(UserFunctions.REFUSE).build();

        assertThat(names)
                .hasSizeGreaterThan(2_600)
                .allSatisfy(row -> assertThat(
                                policy.decide(null, row.get(0), FunctionPolicy.ANY_NUMBER, catalog, SearchPath.of()))
                        .isEqualTo(policy.decide(null, row.get(0))));
    }

    @Test
    void whatIsDroppedIsGoneAfterARefresh(TestDatabase database) throws Exception {
        database.execute("create table public.short_lived(id int); create function public.brief() returns int"
                + " language sql as 'select 1'");
        Catalog before = jdbc.refresh();
        database.execute("drop table public.short_lived; drop function public.brief");

        assertThat(before.relation(null, "short_lived", PUBLIC)).isInstanceOf(Found.class);
        assertThat(before.routines(null, "brief", PUBLIC)).hasSize(1);
        Catalog after = jdbc.refresh();
        assertThat(after.relation(null, "short_lived", PUBLIC)).isInstanceOf(Absent.class);
        assertThat(after.routines(null, "brief", PUBLIC)).isEmpty();
        assertThat(before.relation(null, "short_lived", PUBLIC)).isInstanceOf(Found.class);
        assertThat(jdbc.current()).isSameAs(after);
        assertThat(after.readAt()).isAfterOrEqualTo(before.readAt());
        catalog = after;
    }

    @Test
    void columnsMayBeLeftOut(TestDatabase database) throws Exception {
        Catalog lean =
                JdbcCatalog.builder(source(database)).withoutColumns().build().refresh();

        assertThat(lean.relation(null, "orders", PUBLIC)).isInstanceOfSatisfying(Found.class, found -> {
            assertThat(found.relation().columns()).isEmpty();
            assertThat(found.relation().triggers()).containsExactly("notes");
        });
    }

    @Test
    void moreThanMayBeReadIsNotRead(TestDatabase database) {
        JdbcCatalog small =
                JdbcCatalog.builder(source(database)).maxRelations(100).build();

        assertThatThrownBy(small::refresh)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("54000"));
        assertThat(small.current().isKnown()).isFalse();
        assertThat(small.lastFailure()).hasMessageContaining("maxRelations(100)");
    }
}
