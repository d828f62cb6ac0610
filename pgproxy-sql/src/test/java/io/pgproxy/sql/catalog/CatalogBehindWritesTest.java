package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.catalog.RelationLookup.Found;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What happens to other tables when one is written, and what makes a query give other rows by itself. */
@WithPostgres
class CatalogBehindWritesTest {
    private static final String SETUP = """
            create table mother(id int primary key, name text);
            create table child(id int primary key, mother int references mother on delete cascade);
            create table renamed(id int, mother int references mother on delete set null on update cascade);
            create table strict(id int, mother int references mother);
            create table parted(id int primary key) partition by range (id);
            create table parted_1 partition of parted for values from (0) to (10);
            create table of_parted(id int references parted on delete cascade);

            create function writes() returns int language plpgsql as $$ begin return 1; end $$;
            create function steady() returns int language sql immutable as 'select 1';
            create function adds(int, int) returns int language plpgsql as $$ begin return 1; end $$;
            create operator +# (leftarg = int, rightarg = int, function = adds);
            create table plain(id serial, at timestamptz default now(), r float default random(),
                               u uuid default gen_random_uuid());
            create table calling(id int default writes());
            create table operating(id int default 1 +# 2);
            create table steadily(id int default steady());

            create table t(id int, d date, z timetz, s text);
            create view v_plain as select t.id, now() from t;
            create view v_date as select * from t where d = current_date;
            create view v_stamp as select localtimestamp(3) from t;
            create view v_over as select * from v_date;
            create view v_user as select current_user, session_user, current_catalog from t;
            create view v_schema as select current_schema from t;
            create view v_sample as select * from t tablesample system (10);
            create view v_lock as select * from t for update;
            create view v_ctid as select ctid from t;
            create view v_tableoid as select tableoid from t;
            create view v_now as select * from t where d > ('NOW'::text)::timestamp;
            create view v_yesterday as select * from t where d > ('yesterday'::varchar)::date;
            create view v_word as select * from t where s = 'now';
            create view v_cast as select s::date from t where s <> 'x';
            create view v_zone as select s::timetz from t;
            create materialized view m_date as select * from v_date;
            create view v_m as select * from m_date;
            create table guarded(id int, d date);
            alter table guarded enable row level security;
            create policy today on guarded using (d = current_date);
            create table guarded_writes(id int, d date);
            alter table guarded_writes enable row level security;
            create policy writing on guarded_writes for update using (d = current_date);
            """;

    private static List<Catalog> catalogs = List.of();
    private static TestDatabase oldest;

    @BeforeAll
    static void read(TestDatabase database, @WithPostgres(version = 18) TestDatabase newest) throws SQLException {
        oldest = database;
        catalogs = List.of(catalog(database), catalog(newest));
    }

    private static Catalog catalog(TestDatabase database) throws SQLException {
        database.execute(SETUP);
        return JdbcCatalog.builder(JdbcCatalogTest.source(database)).build().refresh();
    }

    private static StoredRelation found(Catalog catalog, String name) {
        assertThat(catalog.relation(null, name, SearchPath.of("public"))).isInstanceOf(Found.class);
        return ((Found) catalog.relation(null, name, SearchPath.of("public"))).relation();
    }

    @Test
    void foreignKeysTellWhatTheyChange() {
        for (Catalog catalog : catalogs) {
            assertThat(catalog.foreignKeysTo(found(catalog, "mother")))
                    .extracting(key -> key.table().name(), ForeignKey::followsDeletes, ForeignKey::followsUpdates)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("child", true, false),
                            org.assertj.core.groups.Tuple.tuple("renamed", true, true),
                            org.assertj.core.groups.Tuple.tuple("strict", false, false));
            assertThat(catalog.foreignKeysTo(found(catalog, "child"))).isEmpty();
        }
    }

    @Test
    void aKeyToAPartitionedTableIsOneToItsPartitionsToo() {
        for (Catalog catalog : catalogs) {
            for (String name : List.of("parted", "parted_1")) {
                assertThat(catalog.foreignKeysTo(found(catalog, name)))
                        .extracting(key -> key.table().name(), ForeignKey::followsDeletes)
                        .containsExactly(org.assertj.core.groups.Tuple.tuple("of_parted", true));
            }
        }
    }

    @Test
    void defaultsThatCallVolatileFunctionsOfUsersAreUnknownCode() {
        for (Catalog catalog : catalogs) {
            assertThat(Stream.of("plain", "calling", "operating", "steadily", "mother")
                            .filter(name -> catalog.runsUnknownCode(found(catalog, name))))
                    .containsExactly("calling", "operating");
        }
    }

    @Test
    void whatShowsTheTimeVariesByItself() {
        for (Catalog catalog : catalogs) {
            assertThat(Stream.of(
                                    "v_plain",
                                    "v_date",
                                    "v_stamp",
                                    "v_over",
                                    "v_user",
                                    "v_schema",
                                    "v_sample",
                                    "v_lock",
                                    "v_ctid",
                                    "v_tableoid",
                                    "v_now",
                                    "v_yesterday",
                                    "v_word",
                                    "v_cast",
                                    "v_zone",
                                    "m_date",
                                    "v_m",
                                    "guarded",
                                    "guarded_writes",
                                    "t")
                            .filter(name -> catalog.varies(found(catalog, name))))
                    .containsExactly(
                            "v_date",
                            "v_stamp",
                            "v_over",
                            "v_schema",
                            "v_sample",
                            "v_lock",
                            "v_ctid",
                            "v_now",
                            "v_yesterday",
                            "v_zone",
                            "guarded");
        }
    }

    @Test
    void eventTriggersAreSeenUnlessTheyAreSwitchedOff() throws SQLException {
        assertThat(catalogs).noneMatch(Catalog::hasEventTriggers);

        oldest.execute("""
                create function seen() returns event_trigger language plpgsql as $$ begin end $$;
                create event trigger watching on ddl_command_end execute function seen();
                """);
        Catalog watched =
                JdbcCatalog.builder(JdbcCatalogTest.source(oldest)).build().refresh();
        oldest.execute("alter event trigger watching disable");
        Catalog asleep =
                JdbcCatalog.builder(JdbcCatalogTest.source(oldest)).build().refresh();

        assertThat(watched.hasEventTriggers()).isTrue();
        assertThat(asleep.hasEventTriggers()).isFalse();
    }

    @Test
    void ofAServerThatWasNotAskedNothingIsPromised() {
        StoredRelation table = found(catalogs.get(0), "t");

        assertThat(Catalog.offline().varies(table)).isTrue();
        assertThat(Catalog.offline().runsUnknownCode(table)).isTrue();
        assertThat(Catalog.offline().hasEventTriggers()).isTrue();
        assertThat(Catalog.offline().foreignKeysTo(table)).isEmpty();
    }
}
