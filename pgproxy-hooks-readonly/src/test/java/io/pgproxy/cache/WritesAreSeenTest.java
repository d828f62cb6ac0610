package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However something is written, what is read through the proxy afterwards is what is read without it. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one proxy for all
class WritesAreSeenTest {
    private static final List<String> READS = List.of(
            "SELECT count(*), sum(v) FROM item",
            "SELECT count(*), sum(v) FROM public.item WHERE id > 0",
            "SELECT count(*), sum(v) FROM \"item\"",
            "SELECT count(*) FROM \"Item\"",
            "SELECT count(*), sum(v) FROM shown",
            "SELECT count(*), sum(v) FROM twice_shown",
            "SELECT count(*), sum(v) FROM stored",
            "SELECT count(*), sum(v) FROM part",
            "SELECT count(*), sum(v) FROM part_1",
            "SELECT count(*), sum(v) FROM base",
            "SELECT count(*), sum(v) FROM ONLY base",
            "SELECT count(*), sum(v) FROM heir",
            "SELECT count(*), sum(item) FROM child",
            "SELECT count(*), sum(child) FROM grandchild",
            "SELECT count(*), sum(v) FROM log",
            "SELECT count(*), sum(v) FROM ruled_log",
            "SELECT count(*) FROM item WHERE EXISTS (SELECT FROM child WHERE item = id)",
            "SELECT max(last_value) FROM numbers",
            "TABLE log",
            "SELECT count(*), sum(total) FROM named",
            "SELECT doubled(v) FROM item ORDER BY id",
            "WITH x AS (SELECT * FROM part) SELECT (SELECT count(*) FROM x), count(*) FROM item");

    private static final String TABLES = """
            DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
            CREATE TABLE item (id int PRIMARY KEY, v int DEFAULT 1);
            CREATE TABLE "Item" (id int PRIMARY KEY);
            CREATE TABLE child (id int PRIMARY KEY, item int REFERENCES item ON DELETE CASCADE ON UPDATE CASCADE);
            CREATE TABLE grandchild (child int REFERENCES child ON DELETE SET NULL);
            CREATE TABLE part (id int, v int) PARTITION BY RANGE (id);
            CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
            CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (10) TO (20);
            CREATE TABLE base (id int, v int);
            CREATE TABLE heir () INHERITS (base);
            CREATE TABLE log (v int);
            CREATE TABLE ruled_log (v int);
            CREATE TABLE named (total int);
            CREATE SEQUENCE numbers;
            CREATE VIEW shown AS SELECT * FROM item WHERE v > 1;
            CREATE VIEW twice_shown AS
                SELECT v * (SELECT count(*) + coalesce(sum(id), 0) FROM part) AS v FROM shown;
            CREATE MATERIALIZED VIEW stored AS SELECT * FROM item;
            CREATE UNIQUE INDEX ON stored (id);
            CREATE TABLE noted (v int);
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
                $$BEGIN INSERT INTO log VALUES (1); RETURN NULL; END$$;
            CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON noted FOR EACH ROW EXECUTE FUNCTION note();
            CREATE TRIGGER emptied AFTER TRUNCATE ON noted FOR EACH STATEMENT EXECUTE FUNCTION note();
            CREATE TABLE late (v int);
            CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION note();
            CREATE TABLE ruled (v int);
            CREATE RULE also AS ON INSERT TO ruled DO ALSO INSERT INTO ruled_log VALUES (NEW.v);
            CREATE VIEW instead AS SELECT 1 AS v;
            CREATE TRIGGER instead INSTEAD OF INSERT ON instead FOR EACH ROW EXECUTE FUNCTION note();
            CREATE FUNCTION adds(int) RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES ($1) RETURNING v';
            CREATE FUNCTION doubled(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 2';
            CREATE PROCEDURE add(int) LANGUAGE plpgsql AS
                $$BEGIN INSERT INTO log VALUES ($1); COMMIT; INSERT INTO log VALUES ($1); END$$;
            CREATE FUNCTION by_default() RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES (9) RETURNING v';
            CREATE TABLE defaulted (id int, v int DEFAULT by_default());
            """;

    /** Without triggers, rules and foreign keys. */
    private static final String ROWS = """
            SET session_replication_role = replica;
            DELETE FROM item; INSERT INTO item SELECT n, n FROM generate_series(1, 5) n;
            DELETE FROM "Item";
            DELETE FROM child; INSERT INTO child VALUES (1, 1), (2, 2);
            DELETE FROM grandchild; INSERT INTO grandchild VALUES (1), (2);
            DELETE FROM part; INSERT INTO part VALUES (1, 1), (11, 11);
            DELETE FROM base; INSERT INTO base VALUES (1, 1); INSERT INTO heir VALUES (2, 2);
            DELETE FROM named; INSERT INTO named VALUES (1);
            DELETE FROM log; DELETE FROM ruled_log; DELETE FROM noted; DELETE FROM late; DELETE FROM ruled;
            DELETE FROM defaulted;
            SELECT setval('numbers', 1, false);
            REFRESH MATERIALIZED VIEW stored;
            RESET session_replication_role;
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A semicolon that is not within a DO block. */
    private static final Pattern STATEMENTS = Pattern.compile("; ?(?=[A-Z])(?![^$]*END\\$\\$)");

    private final CachingProxy proxy;

    /** Through the proxy. */
    private final ScriptedClient reader;

    private final ScriptedClient direct;

    /** To make tables takes longer than all else. */
    private boolean changed = true;

    WritesAreSeenTest(TestDatabase database) throws Exception {
        proxy = CachingProxy.before(database);
        reader = proxy.client();
        direct = ScriptedClient.connect(database.host(), database.port());
        direct.login(database.user(), database.password(), database.name());
    }

    @BeforeEach
    void makeRows() throws Exception {
        if (changed) {
            succeed(direct, TABLES);
            proxy.readCatalog();
            changed = false;
        }
        succeed(direct, ROWS);
        proxy.cache().invalidateAll();
        succeed(reader, "DISCARD ALL"); // of a session that called what may have changed settings nothing is known
    }

    @AfterAll
    void stop() throws Exception {
        reader.close();
        direct.close();
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO item VALUES (6)",
                "INSERT INTO \"Item\" VALUES (6)",
                "INSERT INTO item VALUES (1, 7) ON CONFLICT (id) DO UPDATE SET v = excluded.v",
                "UPDATE item SET v = v + 1",
                "UPDATE ITEM SET v = item.v + 1 FROM part WHERE part.id = item.id",
                "UPDATE item SET id = 100 WHERE id = 1",
                "DELETE FROM item WHERE id = 1",
                "DELETE FROM public.item USING child WHERE child.item = item.id",
                "TRUNCATE item CASCADE",
                "TRUNCATE part",
                "TRUNCATE base",
                "MERGE INTO item USING (VALUES (1), (9)) n (id) ON item.id = n.id WHEN MATCHED THEN DELETE"
                        + " WHEN NOT MATCHED THEN INSERT VALUES (n.id, n.id)",
                "WITH gone AS (DELETE FROM item RETURNING id) INSERT INTO log SELECT id FROM gone",
                "WITH gone AS (DELETE FROM item RETURNING id) SELECT count(*) FROM gone",
                "EXPLAIN ANALYZE DELETE FROM item",
                "EXPLAIN (ANALYZE true) UPDATE item SET v = 5",
                "EXPLAIN DELETE FROM item",
                "UPDATE shown SET v = v + 1",
                "INSERT INTO shown VALUES (77, 77)",
                "DELETE FROM shown",
                "INSERT INTO part VALUES (2, 2), (12, 12)",
                "INSERT INTO part_1 VALUES (2, 2)",
                "UPDATE part SET id = id + 10 WHERE id < 10",
                "UPDATE base SET v = v + 1",
                "INSERT INTO heir VALUES (3, 3)",
                "DELETE FROM ONLY base",
                "REFRESH MATERIALIZED VIEW stored",
                "UPDATE item SET v = 1000; REFRESH MATERIALIZED VIEW stored",
                "UPDATE item SET v = 1000; REFRESH MATERIALIZED VIEW CONCURRENTLY stored",
                "INSERT INTO noted VALUES (1)",
                "INSERT INTO late VALUES (1)",
                "TRUNCATE noted",
                "INSERT INTO ruled VALUES (5)",
                "INSERT INTO instead VALUES (5)",
                "SELECT adds(1)",
                "SELECT * FROM adds(2)",
                "SELECT 1 FROM item WHERE adds(id) > 0",
                "INSERT INTO defaulted (id) VALUES (1)",
                "CALL add(1)",
                "DO $$BEGIN INSERT INTO log VALUES (1); END$$",
                "DO $$BEGIN EXECUTE 'DELETE FROM ' || 'item'; END$$",
                "PREPARE p AS INSERT INTO log VALUES (1); EXECUTE p",
                "PREPARE p (int) AS INSERT INTO log VALUES ($1); EXPLAIN ANALYZE EXECUTE p (1)",
                "BEGIN; DECLARE c CURSOR FOR SELECT adds(1); FETCH ALL FROM c; COMMIT",
                "BEGIN; DECLARE c CURSOR FOR SELECT adds(1); MOVE ALL FROM c; COMMIT",
                "BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT adds(1); COMMIT",
                "BEGIN; DECLARE c CURSOR FOR SELECT * FROM item FOR UPDATE; FETCH c; DELETE FROM item WHERE CURRENT OF c; COMMIT",
                "BEGIN; DELETE FROM item; COMMIT AND CHAIN; INSERT INTO log VALUES (1); COMMIT",
                "BEGIN; SAVEPOINT a; DELETE FROM log; ROLLBACK TO a; INSERT INTO log VALUES (3); RELEASE a; END",
                "BEGIN; DELETE FROM item; ROLLBACK",
                "COPY (DELETE FROM item RETURNING id) TO STDOUT",
                "COPY (SELECT adds(1)) TO STDOUT",
                "SELECT nextval('numbers')",
                "SELECT setval('numbers', 100)",
                "BEGIN; LOCK TABLE item; COMMIT",
                "VACUUM FULL item",
                "SELECT lo_create(0)",
            })
    void whatIsReadAfterAWriteIsThere(String write) throws Exception {
        assertSeen(write);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE made AS SELECT adds(1)",
                "CREATE TEMP TABLE made AS SELECT adds(1)",
                "SELECT adds(1) INTO TEMP made",
                "CREATE MATERIALIZED VIEW made AS SELECT adds(1)",
                "PREPARE p AS SELECT adds(1); CREATE TABLE made AS EXECUTE p",
                "ALTER SEQUENCE numbers RESTART 50",
                "ALTER TABLE log ALTER v TYPE bigint USING v * 2",
                "ALTER TABLE item ADD COLUMN w int",
                "ALTER TABLE part DETACH PARTITION part_1",
                "ALTER TABLE part_1 RENAME TO old; CREATE TABLE part_1 (id int, v int)",
                "ALTER TABLE heir NO INHERIT base",
                "DROP TABLE item CASCADE; CREATE TABLE item (id int, v int)",
                "CREATE OR REPLACE VIEW shown AS SELECT * FROM item WHERE v > 3",
                "CREATE OR REPLACE FUNCTION doubled(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 3'",
                "CREATE RULE more AS ON UPDATE TO item DO ALSO DELETE FROM log; UPDATE item SET v = 1",
                "CREATE TABLE part_3 PARTITION OF part FOR VALUES FROM (20) TO (30); INSERT INTO part_3 VALUES (21, 1)",
                "SET search_path = pg_temp, public; CREATE TABLE item (id int); INSERT INTO item VALUES (1);"
                        + " DELETE FROM public.item",
                "ALTER TABLE named RENAME TO other; ALTER TABLE noted RENAME TO named; ALTER TABLE named RENAME v TO total;"
                        + " INSERT INTO named VALUES (4)",
                "GRANT SELECT ON item TO PUBLIC",
            })
    void whatIsReadAfterADefinitionIsThere(String write) throws Exception {
        changed = true;
        assertSeen(write);
    }

    private void assertSeen(String write) throws Exception {
        try (ScriptedClient client = proxy.client()) {
            for (String statement : STATEMENTS.splitAsStream(write).toList()) {
                fill();
                succeed(client, statement);
            }
            assertThat(answers(reader)).isEqualTo(answers(direct));
        }
    }

    /** Has the reads kept, or nothing would tell whether a write drops them; not before definitions are known again. */
    private void fill() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (proxy.served(() -> answers(reader)) <= READS.size() / 2) {
            assertThat(System.nanoTime()).as("nothing is kept").isLessThan(end);
        }
    }

    private static void succeed(ScriptedClient client, String sql) throws IOException {
        client.send(FrontendBytes.query(sql));
        assertThat(WireMessage.tags(client.readUntilReady())).as(sql).doesNotContain("E");
    }

    /** All at once: to ask one by one would be most of the time of this test. */
    private static List<String> answers(ScriptedClient client) throws IOException {
        client.send(READS.stream().map(FrontendBytes::query).toArray(byte[][]::new));
        List<String> answers = new ArrayList<>();
        for (String sql : READS) {
            answers.add(sql + ": "
                    + client.readUntilReady().stream()
                            .map(WritesAreSeenTest::shown)
                            .toList());
        }
        return answers;
    }

    private static String shown(WireMessage message) {
        return switch (message.tag()) {
            case 'D' -> message.values().toString();
            case 'E' -> message.sqlState();
            default -> HexFormat.of().formatHex(message.body());
        };
    }
}
