package io.pgproxy.cache;

import io.pgproxy.cache.Reading.Cacheable;
import io.pgproxy.cache.Reading.NotCacheable;
import io.pgproxy.cache.Writing.Everything;
import io.pgproxy.cache.Writing.Tables;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.QualifiedName;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.JdbcCatalog;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.postgresql.ds.PGSimpleDataSource;

/** A database that has one of everything that decides what may be kept, and what both analyses say about texts. */
final class Shop {
    static final String SETUP = """
            create schema app;
            create schema "Odd.One";
            grant usage on schema app, "Odd.One" to public;

            create table customer(id int primary key, name text, age int, born date);
            create table orders(id int primary key, customer int references customer on delete cascade,
                                total numeric, at timestamptz default '2024-01-01 00:00+00');
            create table line(orders int references orders on delete cascade on update cascade, n int, item text);
            create table note(id int, customer int references customer on delete set null, text text);
            create table strict(id int, customer int references customer);
            create table lone(id int primary key, name text);
            create table "Odd.One"."Mixed ""Case"" too"(id int, "Name" text);

            create table event(id int, day date, primary key (id, day)) partition by range (day);
            create table event_2024 partition of event for values from ('2024-01-01') to ('2025-01-01')
                partition by list (id);
            create table event_2024_a partition of event_2024 for values in (1, 2);
            create table event_2024_b partition of event_2024 default;
            create table event_2025 partition of event for values from ('2025-01-01') to ('2026-01-01');
            create table of_event(id int, day date, foreign key (id, day) references event
                on delete cascade on update cascade);

            create table animal(id int primary key, name text);
            create table dog(barks boolean) inherits (animal);
            create table puppy() inherits (dog);

            create view v_customer as select id, name from customer;
            create view v_adults as select * from v_customer where id in (select customer from orders);
            create view v_event as select * from event where day < '2030-01-01';
            create view v_joined as select o.id, c.name from orders o join customer c on c.id = o.customer;
            create view v_today as select * from event where day = current_date;
            create view v_now as select id, now() as at from lone;
            create view v_me as select id, current_user as me, current_setting('app.tenant', true) as tenant from lone;
            create materialized view m_names as select name from customer;
            create view v_m as select * from m_names;

            create function steady(i int) returns int language sql immutable as 'select i + 1';
            create function looks(i int) returns bigint language sql stable as 'select count(*) from lone where id > i';
            create function writes(i int) returns int language plpgsql as
                $$ begin insert into lone values (i + 1000, 'written') on conflict do nothing; return i; end $$;
            create function app.lower(name text) returns text language sql volatile as 'select name';
            create function hidden(c customer) returns text language plpgsql as $$ begin return c.name; end $$;
            create function adds(int, int) returns int language plpgsql as $$ begin return $1; end $$;
            create function plus(int, int) returns int language sql immutable as 'select $1 + $2';
            create operator +# (leftarg = int, rightarg = int, function = adds);
            create operator +## (leftarg = int, rightarg = int, function = plus);
            create operator app.@@@ (leftarg = int, rightarg = int, function = adds);
            create aggregate total(int) (sfunc = adds, stype = int);
            create view v_calls as select id, looks(id) from lone;
            create view v_operator as select id +# 1 as id from lone;

            create table log(id serial, text text);
            create function logs() returns trigger language plpgsql as
                $$ begin insert into log(text) values (tg_op); return null; end $$;
            create table watched(id int primary key, name text);
            create trigger watching after insert or update or delete on watched for each row execute function logs();
            create table known(id int primary key, name text);
            create trigger watching after insert or update or delete on known for each row execute function logs();
            create table known_parts(id int) partition by list (id);
            create table known_parts_1 partition of known_parts for values in (1);
            create trigger watching after insert on known_parts for each row execute function logs();
            create table of_watched(id int references watched on delete cascade);
            create view v_watched as select * from watched;
            create table ruled(id int);
            create rule also as on insert to ruled do also insert into log(text) values ('rule');
            create table defaulting(id int, n int default writes(1));

            create table guarded(id int, owner text);
            alter table guarded enable row level security;
            create policy own on guarded using (owner = current_user or owner = current_setting('app.tenant', true));
            create table guarded_far(id int);
            alter table guarded_far enable row level security;
            create policy seen on guarded_far using (exists (select from lone l where l.id = guarded_far.id));
            create table guarded_now(id int, till timestamptz);
            alter table guarded_now enable row level security;
            create policy fresh on guarded_now using (till > now());
            create table guarded_code(id int);
            alter table guarded_code enable row level security;
            create policy code on guarded_code using (looks(id) > 0);

            create sequence counter;
            create foreign data wrapper nothing;
            create server nowhere foreign data wrapper nothing;
            create foreign table far(id int) server nowhere;
            create table near(id int);
            create foreign table near_far() inherits (near) server nowhere;
            create table zoned(id int, at timetz);

            insert into customer select i, 'c' || i, i * 10, '2000-01-01' from generate_series(1, 5) i;
            insert into orders select i, i, i * 100 from generate_series(1, 5) i;
            insert into line select i, 1, 'item' from generate_series(1, 5) i;
            insert into note select i, i, 'note' from generate_series(1, 5) i;
            insert into lone select i, 'l' || i from generate_series(1, 5) i;
            insert into "Odd.One"."Mixed ""Case"" too" values (1, 'x');
            insert into event select i, '2024-05-05' from generate_series(1, 5) i;
            insert into event values (1, '2025-05-05');
            insert into of_event values (1, '2024-05-05'), (3, '2024-05-05'), (1, '2025-05-05');
            insert into animal values (1, 'cat');
            insert into dog values (2, 'rex', true);
            insert into puppy values (3, 'tim', false);
            insert into watched values (1, 'w'), (2, 'w');
            insert into of_watched values (1);
            insert into known values (1, 'k');
            insert into ruled values (1);
            insert into guarded values (1, 'me');
            insert into guarded_far values (1), (9);
            insert into near values (1);
            refresh materialized view m_names;
            """;

    /** What the tests declare of {@code looks} and of the triggers of {@code known} and {@code known_parts}. */
    private static final Set<QualifiedName> LOG = Set.of(name("log"));

    static final Declarations DECLARED = new Declarations(
            Map.of(name("looks"), Set.of(name("lone"))),
            Map.of(
                    new TriggerName(name("known"), "watching"),
                    LOG,
                    new TriggerName(name("known_parts"), "watching"),
                    LOG));

    static final SearchPath PUBLIC = SearchPath.of("public");

    private final TestDatabase database;
    private final Catalog catalog;
    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();

    private Shop(TestDatabase database, Catalog catalog) {
        this.database = database;
        this.catalog = catalog;
    }

    static QualifiedName name(String table) {
        return new QualifiedName("public", table);
    }

    static Shop in(TestDatabase database) throws SQLException {
        database.execute(SETUP);
        return over(database);
    }

    /** Of another database, as it is now. */
    static Shop over(TestDatabase database) throws SQLException {
        return new Shop(database, catalog(database));
    }

    static Catalog catalog(TestDatabase database) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        return JdbcCatalog.builder(source).build().refresh();
    }

    void close() {
        analyzer.close();
    }

    TestDatabase database() {
        return database;
    }

    Catalog catalog() {
        return catalog;
    }

    Reading reading(String sql) {
        return reading(sql, ReadRules.DEFAULT, PUBLIC);
    }

    Reading reading(String sql, ReadRules rules, SearchPath path) {
        AnalyzedStatement statement = statement(sql);
        return new ReadAnalysis(rules)
                .of(statement.facts(), statement.tree().toCompletableFuture().join(), statement.sql(), catalog, path);
    }

    Writing writing(String sql, Declarations declared, SearchPath path) {
        AnalyzedStatement statement = statement(sql);
        WriteAnalysis analysis = new WriteAnalysis(declared);
        return WriteAnalysis.needsTree(statement.facts())
                ? analysis.of(
                        statement.facts(),
                        statement.tree().toCompletableFuture().join(),
                        statement.sql(),
                        catalog,
                        path)
                : analysis.of(statement.facts(), statement.sql(), catalog, path);
    }

    boolean isOneStatement(String sql) {
        return analyzer.analyze(sql).statements().size() == 1;
    }

    private AnalyzedStatement statement(String sql) {
        List<AnalyzedStatement> statements = analyzer.analyze(sql).statements();
        if (statements.size() != 1) {
            throw new IllegalArgumentException(sql);
        }
        return statements.get(0);
    }

    /** In words: the tables' names in order, with {@code system} behind them, or {@code not: } and a reason. */
    String words(Reading reading) {
        if (reading instanceof Cacheable cacheable) {
            return names(cacheable.tables()) + (cacheable.readsSystem() ? " system" : "");
        }
        return "not: " + ((NotCacheable) reading).reason();
    }

    /** In words: {@code nothing}, the tables' names in order, or {@code everything: } and a reason. */
    String words(Writing writing) {
        if (writing instanceof Tables tables) {
            return names(tables.tables());
        }
        return writing instanceof Everything everything
                ? "everything" + (everything.definitions() ? ", definitions: " : ": ") + everything.reason()
                : "nothing";
    }

    private String names(Set<Long> oids) {
        return oids.stream()
                .map(oid -> catalog.relation(oid).orElseThrow().qualifiedName().replaceFirst("^public\\.", ""))
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(" "));
    }
}
