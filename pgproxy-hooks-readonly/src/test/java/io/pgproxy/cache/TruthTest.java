package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.cache.Reading.Cacheable;
import io.pgproxy.cache.Writing.Everything;
import io.pgproxy.cache.Writing.Tables;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a server really changes, and which results really are other ones behind it. */
@WithPostgres
class TruthTest {
    /** Each changes rows of the shop. */
    private static final String WRITES = """
            insert into lone values (9, 'nine')
            insert into public.lone select id + 100, name from customer
            update lone set name = name || '!' where id < 3
            delete from lone where id = 1
            truncate lone
            insert into "Odd.One"."Mixed ""Case"" too" values (2, 'y')
            with gone as (delete from note returning id) insert into lone select id + 50, 'n' from gone
            insert into lone values (1, 'again') on conflict (id) do update set name = excluded.name
            merge into lone l using near n on l.id = n.id when matched then update set name = 'merged'
            merge into lone l using customer c on l.id = c.id + 3 when not matched then insert values (c.id + 3, 'm')
            insert into customer values (9, 'nine', 90)
            update customer set age = age + 1
            delete from customer where id = 2
            delete from orders where id = 3
            update orders set id = 33 where id = 3
            insert into orders values (4, 4, 0) on conflict (id) do update set id = 44
            truncate customer cascade
            truncate orders, line, note
            insert into event values (2, '2024-07-07')
            insert into event_2025 values (2, '2025-07-07')
            insert into event_2024 values (7, '2024-07-07')
            update event set day = '2025-08-08' where id = 3
            update event_2024 set id = 30 where id = 4
            delete from event where id = 1
            delete from event_2024_a
            truncate of_event, event
            insert into animal values (9, 'bat')
            update animal set name = upper(name)
            update only animal set name = upper(name)
            delete from dog
            truncate animal
            update v_customer set name = 'viewed' where id = 1
            delete from v_adults where id = 1
            insert into v_event values (9, '2024-09-09')
            update v_event set day = '2025-09-09' where id = 4
            delete from v_event where id = 1
            insert into known values (9, 'nine')
            delete from known
            insert into known_parts values (1)
            insert into known_parts_1 values (1)
            delete from watched where id = 1
            insert into v_watched values (9, 'nine')
            insert into ruled values (2)
            insert into defaulting values (1)
            select writes(5)
            values (writes(6))
            explain analyze delete from lone where id = 2
            do 'begin delete from lone; end'
            insert into guarded values (2, 'you')
            delete from near
            with a as (update orders set total = 0 returning id), b as (delete from line) select * from a
            delete from orders using customer c where c.id = orders.customer and c.id = 5
            """;

    /** Each changes rows once {@code customer} has, so that the materialized view is old. */
    private static final String REFRESH = "refresh materialized view m_names";

    private static final List<String> READS = List.of(
            "select * from lone order by 1, 2",
            "table note",
            "select count(*) from customer",
            "select * from v_customer order by 1",
            "select * from v_adults order by 1",
            "select c.name, o.total, l.n from customer c left join orders o on o.customer = c.id"
                    + " left join line l on l.orders = o.id order by 1, 2, 3",
            "with x as (select sum(total) as total from orders) select * from x",
            "select * from line order by 1",
            "select exists (select from line where orders = 33)",
            "select * from event order by 1, 2",
            "select * from event_2024 order by 1, 2",
            "select count(*) from event_2025",
            "select * from v_event order by 1, 2",
            "select * from of_event order by 1, 2",
            "select * from animal order by 1",
            "select * from only animal order by 1",
            "select * from puppy order by 1",
            "select * from v_m order by 1",
            "select name from m_names union select name from lone order by 1",
            "select * from \"Odd.One\".\"Mixed \"\"Case\"\" too\"",
            "select * from guarded order by 1",
            "select * from guarded_far order by 1",
            "select string_agg(text, ',' order by id) from log",
            "select * from watched, of_watched",
            "select count(*) from known_parts_1",
            "select looks(1)",
            "select * from v_calls order by 1");

    private static final ReadRules RULES = new ReadRules(TableRules.NONE, Shop.DECLARED, true, false);

    private static Shop shop;

    @BeforeAll
    static void open(TestDatabase database) throws SQLException {
        shop = Shop.in(database);
        shop.database().execute("drop foreign table far, near_far");
        shop.close();
        shop = Shop.over(database);
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @Test
    void noTableChangesThatTheAnalysisDoesNotName() throws SQLException {
        try (Connection connection = shop.database().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String write : writes()) {
                Map<Long, String> before = rows(statement);
                statement.execute(write);
                Set<Long> changed = changed(before, rows(statement));
                connection.rollback();

                assertThat(changed).as(write).isNotEmpty();
                assertThat(covers(writing(write), changed)).as(write).isTrue();
            }
        }
    }

    @Test
    void aRefreshChangesItsView() throws SQLException {
        try (Connection connection = shop.database().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("delete from customer");
            Map<Long, String> before = rows(statement);
            statement.execute(REFRESH);
            Set<Long> changed = changed(before, rows(statement));
            connection.rollback();

            assertThat(writing(REFRESH)).isEqualTo(new Tables(changed));
        }
    }

    /** The whole promise: a result that is kept is the same until something is written that it was made of. */
    @Test
    void noResultChangesBehindAWriteThatItDoesNotDependOn() throws SQLException {
        Map<String, Cacheable> kept = new LinkedHashMap<>();
        for (String read : READS) {
            Reading reading = shop.reading(read, RULES, Shop.PUBLIC);
            assertThat(reading).as(read).isInstanceOf(Cacheable.class);
            kept.put(read, (Cacheable) reading);
        }
        int changes = 0;
        int untouched = 0;
        try (Connection connection = shop.database().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String write : writes()) {
                Map<String, String> before = results(statement);
                statement.execute(write);
                Map<String, String> after = results(statement);
                connection.rollback();
                Writing writing = writing(write);
                for (Map.Entry<String, Cacheable> each : kept.entrySet()) {
                    boolean same = before.get(each.getKey()).equals(after.get(each.getKey()));
                    boolean dropped = drops(writing, each.getValue());
                    assertThat(same || dropped)
                            .as("%s behind %s", each.getKey(), write)
                            .isTrue();
                    changes += same ? 0 : 1;
                    untouched += dropped ? 0 : 1;
                }
            }
        }
        // So that neither side is true for nothing.
        assertThat(changes).isGreaterThan(150);
        assertThat(untouched).isGreaterThan(700);
    }

    private static List<String> writes() {
        boolean merges = shop.catalog().version() >= 15;
        return WRITES.lines()
                .filter(write -> merges || !write.startsWith("merge"))
                .toList();
    }

    private static Writing writing(String sql) {
        return shop.writing(sql, Shop.DECLARED, Shop.PUBLIC);
    }

    private static boolean covers(Writing writing, Set<Long> changed) {
        return writing instanceof Everything
                || (writing instanceof Tables tables && tables.tables().containsAll(changed));
    }

    private static boolean drops(Writing writing, Cacheable kept) {
        return writing instanceof Everything
                || (writing instanceof Tables tables && kept.tables().stream().anyMatch(tables.tables()::contains));
    }

    private static Map<String, String> results(Statement statement) throws SQLException {
        Map<String, String> results = new LinkedHashMap<>();
        for (String read : READS) {
            results.put(read, rows(statement, read).toString());
        }
        return results;
    }

    /** The rows of every table by itself, by the table's OID. */
    private static Map<Long, String> rows(Statement statement) throws SQLException {
        Map<Long, String> rows = new LinkedHashMap<>();
        for (String line : rows(
                statement,
                "select c.oid, c.oid::regclass from pg_class c join pg_namespace n on n.oid = relnamespace"
                        + " where relkind in ('r', 'm') and nspname in ('public', 'app', 'Odd.One')")) {
            String[] parts = line.split(" ", 2);
            rows.put(
                    Long.valueOf(parts[0]),
                    rows(statement, "select t::text from only " + parts[1] + " t order by 1")
                            .toString());
        }
        return rows;
    }

    private static List<String> rows(Statement statement, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                StringBuilder row = new StringBuilder();
                for (int column = 1; column <= columns; column++) {
                    row.append(column == 1 ? "" : " ").append(rows.getString(column));
                }
                found.add(row.toString());
            }
        }
        return found;
    }

    private static Set<Long> changed(Map<Long, String> before, Map<Long, String> after) {
        Set<Long> changed = new HashSet<>();
        after.forEach((oid, rows) -> {
            if (!rows.equals(before.get(oid))) {
                changed.add(oid);
            }
        });
        return changed;
    }
}
