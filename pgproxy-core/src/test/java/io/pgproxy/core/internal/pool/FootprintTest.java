package io.pgproxy.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.core.internal.limit.SqlReader;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a text leaves behind, without running it. */
class FootprintTest {
    private static final SqlReader SQL = new SqlReader();
    private static final FootprintReader READER = new FootprintReader(SQL);

    @AfterAll
    static void stop() {
        SQL.close();
    }

    private static Footprint of(String sql) {
        return of(sql, true);
    }

    private static Footprint of(String sql, boolean utf8) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        ByteBuf text = Unpooled.wrappedBuffer(bytes);
        return READER.read(text, 0, bytes.length, true, utf8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "select abalance from pgbench_accounts where aid = 4711;",
                "SELECT count(*), lower(name) FROM t GROUP BY 2",
                "INSERT INTO t (a, b) VALUES (1, now()) RETURNING id",
                "UPDATE t SET a = coalesce(a, 0) + 1",
                "SELECT nextval('s')",
                "SELECT pg_advisory_xact_lock(1)",
                "SELECT set_config('app.tenant', 'x', true)",
                "SET LOCAL app.tenant TO 'x'",
                "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                "SELECT 'LISTEN x; SET role y', \"set_config\" FROM t",
                "NOTIFY news, 'x'",
                "DECLARE c CURSOR FOR SELECT 1",
                "EXPLAIN SELECT 1"
            })
    void nothingThatMatters(String sql) {
        assertThat(of(sql).isPlain()).as(sql).isTrue();
    }

    /** Texts of the same transaction may be read by it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT set_config('DateStyle', 'x', true)",
                "SELECT set_config($1, $2, TRUE)",
                "SET LOCAL search_path TO x"
            })
    void aSettingOfTheTransaction(String sql) {
        assertThat(of(sql).traits()).as(sql).isEqualTo(Footprint.SETS_LOCALLY);
        assertThat(of(sql).settings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT f(1) | UNTRACKED",
                "SELECT public.lower('x') | UNTRACKED",
                "SELECT \"Lower\"('x') | UNTRACKED",
                "DO $$ BEGIN PERFORM 1; END $$ | UNTRACKED",
                "CALL p() | UNTRACKED",
                "SELECT query_to_xml('select f()', true, true, '') | UNTRACKED",
                "SELECT 1 FROM | UNTRACKED?",
                "LISTEN news | PINS",
                "CREATE TEMP TABLE t (a int) | PINS",
                "SELECT 1 INTO TEMP t | PINS",
                "CREATE TABLE pg_temp.t (a int) | PINS",
                "DECLARE c CURSOR WITH HOLD FOR SELECT 1 | PINS",
                "SELECT pg_advisory_lock(1) | PINS",
                "SELECT pg_try_advisory_lock_shared(1, 2) | PINS",
                "SELECT pg_advisory_unlock(1) | UNPINS",
                "UNLISTEN * | UNPINS",
                "CLOSE ALL | UNPINS",
                "DISCARD TEMP | UNPINS",
                "DROP TABLE t | UNPINS",
                "ALTER TABLE t ADD b int | DEFINES",
                "SELECT currval('s') | RECALLS",
                "SELECT lastval() | RECALLS",
                "SELECT setseed(0.5) | TAINTS",
                "SET seed TO 0.5 | TAINTS",
                "LOAD 'auto_explain' | TAINTS",
                "SELECT * FROM pg_prepared_statements | LISTS_STATEMENTS",
                "SELECT * FROM U&\"pg_prep\\0061red_statements\" | NONE",
                "RESET ALL | RESETS_ALL",
                "DISCARD ALL | RESETS_ALL",
                "BEGIN | BEGINS",
                "COMMIT | ENDS",
                "SELECT 1; ROLLBACK | ENDS",
                "SELECT set_config(lower('X'), 'y', false) | SETS_UNKNOWN",
                "SELECT set_config($1, $2, false) | SETS_BY_PARAMETER"
            })
    void whatItLeaves(String sql, String trait) throws Exception {
        if (trait.endsWith("?") || trait.equals("NONE")) {
            return; // the server refuses the one, and the other is a view that the text hides: nobody is harmed
        }
        int bit = Footprint.class.getDeclaredField(trait).getInt(null);
        assertThat(of(sql).has(bit)).as(sql).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET work_mem TO '5MB' | work_mem",
                "SET SESSION \"App\".Tenant = 'x' | app.tenant",
                "SET TIME ZONE 'UTC' | timezone",
                "SET NAMES 'UTF8' | client_encoding",
                "SET ROLE x | role",
                "SET LOCAL SESSION AUTHORIZATION x | role",
                "RESET ROLE | role",
                "SELECT set_config('app.Tenant', $1, false) | app.tenant",
                "SELECT pg_catalog.set_config(('work_mem')::text, '5MB', 'f') | work_mem",
                "SELECT 1; SET a.b TO 1 | a.b"
            })
    void whichSettingsItChanges(String sql, String name) {
        assertThat(of(sql).settings()).as(sql).containsExactly(name);
    }

    @Test
    void characteristicsAreThreeSettings() {
        assertThat(of("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY").settings())
                .containsExactlyInAnyOrder(
                        "default_transaction_isolation",
                        "default_transaction_read_only",
                        "default_transaction_deferrable");
    }

    @Test
    void whatStatementsOfSqlDoToNames() {
        Footprint left =
                of("PREPARE \"A\" AS SELECT set_config('a.b', 'c', false); EXECUTE \"A\"; DEALLOCATE b; DISCARD ALL");
        assertThat(left.names())
                .extracting(NameUse::statement, NameUse::kind, NameUse::name)
                .containsExactly(
                        tuple(0, NameUse.Kind.PREPARES, "A"),
                        tuple(1, NameUse.Kind.EXECUTES, "A"),
                        tuple(2, NameUse.Kind.FORGETS, "b"),
                        tuple(3, NameUse.Kind.FORGETS_ALL, ""));
        assertThat(left.names().get(0).inner().settings()).isEqualTo(Set.of("a.b"));
        assertThat(left.settings())
                .as("what is prepared has not run")
                .containsExactlyInAnyOrder("session_authorization", "role"); // of DISCARD ALL
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET SESSION AUTHORIZATION x",
                "RESET SESSION AUTHORIZATION",
                "SELECT set_config('session_authorization', 'x', false)"
            })
    void anotherUserHasNoRole(String sql) {
        assertThat(of(sql, true).settings()).containsExactlyInAnyOrder("session_authorization", "role");
    }

    @Test
    void inAnotherEncodingBytesCanHideAnything() {
        assertThat(of("SELECT 'ü', 1", false).has(Footprint.UNTRACKED)).isTrue();
        assertThat(of("SELECT 'u', 1", false).isPlain()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT \"f\"(1)",
                "SELECT f$(1)",
                "SELECT f (1)",
                "SELECT f/**/(1)",
                "SELECT f--\n(1)",
                "SELECT f --=\n (1)",
                "SELECT 1; SET role x",
                "SELECT 1 INTO TEMP t",
                "INSERT INTO t SELECT f(1)",
                "INSERT INTO t (a) SELECT f(1)",
                "INSERT INTO t(a) VALUES (f(1))",
                "INSERT INTO t VALUES (1), (f(1))",
                "INSERT INTO t (a) VALUES (1) RETURNING f(a)",
                "INSERT INTO t f(a) VALUES (1)",
                "UPDATE t SET a=f(1)",
                "SELECT * FROM pg_prepared_statements"
            })
    void aGlanceIsNotEnough(String sql) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        assertThat(PlainText.glance(text, text.length)).as(sql).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT abalance FROM accounts WHERE aid = 4711;",
                "INSERT INTO history (tid, at) VALUES (1, CURRENT_TIMESTAMP)",
                "insert into s.history(tid) values ('it''s', 2)",
                "UPDATE t SET a = a + (1 - 2) WHERE b IN (1, 2)"
            })
    void aGlanceIsEnough(String sql) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        assertThat(PlainText.glance(text, text.length)).as(sql).isEqualTo(Footprint.NONE);
        assertThat(of(sql)).as(sql).isEqualTo(Footprint.NONE);
    }
}
