package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.Reply;
import io.pgproxy.testkit.hook.HookTester;
import io.pgproxy.testkit.hook.Seen;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where statements go, by their text. */
class DecisionsTest {
    private final Servers servers = new Servers();
    private Topology topology;

    @BeforeEach
    void start() {
        servers.get("a").primary(1000);
        servers.get("b").standby(1000);
        topology = Topology.builder()
                .writer("a", Servers.url("a"))
                .reader("b", Servers.url("b"))
                .start(servers);
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    private HookTester tester(UnaryOperator<ReadWriteSplitBuilder> options) {
        ReadWriteSplitBuilder builder = options.apply(ReadWriteSplit.over(topology));
        return HookTester.of("split", builder.build().hook())
                .upstream("main", sql -> Reply.command("DONE"))
                .upstream("b", sql -> Reply.command("DONE"));
    }

    private HookTester tester() {
        return tester(options -> options);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "select * from orders where id = 7",
                "VALUES (1)",
                "TABLE orders",
                "WITH o AS (SELECT 1) SELECT * FROM o",
                "SELECT now(), count(*), coalesce(max(id), 0), current_user FROM orders",
                "SELECT pg_is_in_recovery()",
                "SELECT pg_last_wal_replay_lsn()",
                "SELECT pg_sleep(0)",
                "SELECT to_regclass('orders'), pg_relation_size('orders')",
                "EXPLAIN SELECT 1",
                "EXPLAIN ANALYZE SELECT 1",
                "COPY orders TO STDOUT",
                "COPY (SELECT 1) TO STDOUT",
                "SELECT 1; SELECT 2",
                "/* pgproxy: writer */ SELECT 1",
            })
    void theseGoToAReader(String sql) {
        try (HookTester tester = tester()) {
            Seen seen = tester.query(sql);
            assertThat(seen.sent("main")).isEmpty();
            assertThat(seen.sent("b")).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO orders VALUES (1)",
                "WITH o AS (DELETE FROM orders RETURNING *) SELECT * FROM o",
                "SELECT * INTO copied FROM orders",
                "SELECT * FROM orders FOR UPDATE",
                "SELECT * FROM orders FOR SHARE",
                "SELECT own_function(1)",
                "SELECT nextval('s')",
                "SELECT currval('s')",
                "SELECT lastval()",
                "SELECT set_config('a.b', '1', false)",
                "SELECT current_setting('work_mem')",
                "SELECT pg_catalog.current_setting('work_mem')",
                "SELECT txid_current()",
                "SELECT pg_current_xact_id()",
                "SELECT pg_current_wal_lsn()",
                "SELECT pg_export_snapshot()",
                "SELECT pg_advisory_lock(1)",
                "SELECT pg_advisory_unlock(1)",
                "SELECT pg_backend_pid()",
                "SELECT pg_notify('a', 'b')",
                "SELECT setseed(0.5)",
                "SHOW work_mem",
                "SHOW ALL",
                "SET work_mem = '1MB'",
                "RESET work_mem",
                "LOCK TABLE orders",
                "LISTEN a",
                "NOTIFY a",
                "EXPLAIN INSERT INTO orders VALUES (1)",
                "EXPLAIN ANALYZE DELETE FROM orders",
                "COPY orders FROM STDIN",
                "COPY (INSERT INTO orders VALUES (1) RETURNING *) TO STDOUT",
                "CREATE TABLE t (a int)",
                "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
                "PREPARE p AS SELECT 1",
                "DISCARD ALL",
                "BEGIN",
                "BEGIN READ ONLY",
                "DO $$ BEGIN END $$",
                "CALL p()",
                "VACUUM",
                "FETCH 1 FROM unknown_cursor",
                "EXECUTE unknown_statement",
                "SELECT 1; INSERT INTO orders VALUES (1)",
                "SELECT 1; SHOW work_mem",
                "gibberish",
                "SELECT 'not closed",
                "",
            })
    void theseGoToTheWriter(String sql) {
        try (HookTester tester = tester()) {
            Seen seen = tester.query(sql);
            assertThat(seen.sent("b")).isEmpty();
        }
    }

    @Test
    void executeGoesWhereWhatItNamesGoes() {
        try (HookTester tester = tester(options -> options.readYourWrites(false))) {
            tester.query("PREPARE reading AS SELECT 1");
            tester.query("PREPARE writing AS INSERT INTO orders VALUES (1)");
            assertThat(tester.query("EXECUTE reading").ran("b")).hasSize(1);
            assertThat(tester.query("EXECUTE writing").ran("main")).hasSize(1);
        }
    }

    @Test
    void aCursorIsReadWhereItWasDeclared() {
        try (HookTester tester = tester()) {
            tester.query("DECLARE c CURSOR WITH HOLD FOR SELECT 1");
            assertThat(tester.query("FETCH 1 FROM c").ran("main")).hasSize(1);
            assertThat(tester.query("SELECT 1").ran("main")).hasSize(1);
            tester.query("DISCARD ALL");
            assertThat(tester.query("SELECT 1").ran("b")).hasSize(1);
        }
    }

    @Test
    void temporaryTablesKeepTheirSessionAtTheWriter() {
        try (HookTester tester = tester(options -> options.readYourWrites(false))) {
            assertThat(tester.query("SELECT 1").ran("b")).hasSize(1);
            tester.query("CREATE TEMPORARY TABLE mine (id int)");
            assertThat(tester.query("SELECT * FROM mine").ran("main")).hasSize(1);
        }
        try (HookTester tester = tester(options -> options.readYourWrites(false))) {
            tester.query("BEGIN");
            tester.query("SELECT 1 INTO TEMPORARY mine");
            tester.query("COMMIT");
            assertThat(tester.query("SELECT * FROM mine").ran("main")).hasSize(1);
        }
    }

    @Test
    void aBlockIsTheWriters() {
        try (HookTester tester = tester()) {
            tester.query("BEGIN");
            assertThat(tester.query("SELECT 1").ran("main")).hasSize(1);
            tester.query("COMMIT");
            assertThat(tester.query("SELECT 1").ran("b")).hasSize(1);
        }
    }

    @Test
    void aReadOnlyBlockMayBeAReaders() {
        for (String begin : List.of(
                "BEGIN READ ONLY", "START TRANSACTION READ ONLY", "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")) {
            try (HookTester tester = tester(options -> options.readOnlyTransactionsToReaders(true))) {
                assertThat(tester.query(begin).ran("b")).hasSize(1);
                assertThat(tester.query("SELECT 1").ran("b")).hasSize(1);
                assertThat(tester.query("COMMIT").ran("b")).hasSize(1);
                assertThat(tester.query("BEGIN READ ONLY; SELECT 1; COMMIT").ran("b"))
                        .hasSize(3);
                assertThat(tester.query("SELECT 1").ran("b")).hasSize(1);
            }
        }
        for (String begin : List.of(
                "BEGIN",
                "BEGIN READ WRITE",
                "BEGIN READ ONLY, READ WRITE",
                "BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY",
                "BEGIN READ ONLY; SELECT 1; COMMIT; INSERT INTO orders VALUES (1)",
                "BEGIN READ ONLY; SELECT own_function(1)",
                "COMMIT",
                "SET TRANSACTION READ ONLY")) {
            try (HookTester tester = tester(options -> options.readOnlyTransactionsToReaders(true))) {
                assertThat(tester.query(begin).sent("b")).isEmpty();
            }
        }
    }

    @Test
    void aTrustedHintCounts() {
        try (HookTester tester =
                tester(options -> options.hints(session -> true).readYourWrites(false))) {
            for (String hint : List.of("/* pgproxy: writer */", "/*PGPROXY:Writer*/", "-- pgproxy : WRITER\n")) {
                assertThat(tester.query(hint + " SELECT 1").ran("main")).hasSize(1);
                assertThat(tester.prepared(hint + " SELECT 1").ran("main")).hasSize(1);
            }
            assertThat(tester.query("/* x */ /* pgproxy: reader */ SELECT own_function(1)")
                            .ran("b"))
                    .hasSize(1);
            assertThat(tester.query("SELECT 1").ran("b")).hasSize(1);
            assertThat(tester.query("SELECT 1; /* pgproxy: writer */ SELECT 2").ran("main"))
                    .hasSize(2);
            for (String none : List.of(
                    "/* pgproxy: readers */", "/* not pgproxy: reader */", "/* pgproxy reader */", "/* pgproxy: */")) {
                assertThat(tester.query(none + " SELECT own_function(1)").ran("b"))
                        .isEmpty();
            }
            for (String behind : List.of("SELECT /* pgproxy: writer */ 2", "SELECT 2 /* pgproxy: writer */")) {
                assertThat(tester.query(behind).ran("main")).isEmpty();
            }
        }
    }

    @Test
    void aHintMakesNoReadOfWhatWrites() {
        try (HookTester tester = tester(options -> options.hints(session -> true))) {
            for (String sql : List.of(
                    "INSERT INTO orders VALUES (1)",
                    "SELECT nextval('s')",
                    "SELECT pg_notify('a', 'b')",
                    "SELECT * FROM orders FOR UPDATE",
                    "SELECT txid_current()",
                    "SHOW work_mem",
                    "CALL p()",
                    "gibberish")) {
                assertThat(tester.query("/* pgproxy: reader */ " + sql).sent("b"))
                        .isEmpty();
            }
        }
    }

    @Test
    void whatIsHintedToAReaderIsNoWrite() {
        try (HookTester tester = tester(options -> options.hints(session -> true))) {
            assertThat(tester.query("/* pgproxy: reader */ SELECT own_function(1)")
                            .ran("b"))
                    .hasSize(1);
            assertThat(tester.query("SELECT 1").ran("b")).hasSize(1);
        }
    }

    @Test
    void preparedStatementsAndPipelinesAreDecidedOnAsAWhole() {
        try (HookTester tester = tester(options -> options.readYourWrites(false))) {
            assertThat(tester.prepared("SELECT $1", "1").ran("b")).hasSize(1);
            assertThat(tester.prepared("INSERT INTO orders VALUES ($1)", "1").ran("main"))
                    .hasSize(1);
            assertThat(tester.pipeline("SELECT 1", "SELECT 2").ran("b")).hasSize(2);
            assertThat(tester.pipeline("SELECT 1", "DELETE FROM orders").ran("b"))
                    .isEmpty();
        }
    }

    @Test
    void withoutAReaderTheWriterAnswers() {
        ReadWriteSplit split = ReadWriteSplit.over(topology).build();
        try (HookTester tester = HookTester.of("split", split.hook())
                .upstream("main", sql -> Reply.command("DONE"))
                .upstream("b", sql -> Reply.command("DONE"))) {
            assertThat(tester.query("SELECT 1").ran("b")).hasSize(1);
            topology.remove("b");
            assertThat(tester.query("SELECT 1").ran("main")).hasSize(1);
            assertThat(split.counts()).isEqualTo(new SplitCounts(0, 1, 0, 0, 1, 0, 0));
        }
    }
}
