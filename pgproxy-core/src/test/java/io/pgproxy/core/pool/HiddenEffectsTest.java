package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.message;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However a client hides what it does to its session, the client that has the connection next finds nothing of it. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HiddenEffectsTest {
    private static final byte[] END = query("ROLLBACK; SELECT 'the end'");

    private TestDatabase database;
    private Relay relay;

    @BeforeAll
    void start(TestDatabase given) throws Exception {
        database = given;
        database.execute("CREATE TABLE t (a int); CREATE FUNCTION leak() RETURNS text LANGUAGE sql AS"
                + " $$ SELECT set_config('my.x', 'leak', false) $$");
        relay = Relay.pooled(given, PoolSettings.transaction(1));
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET my.x = 'leak'",
                "SET my.x TO leak; SELECT 1/0",
                "BEGIN; SET my.x = leak; COMMIT",
                "BEGIN; SET my.x = leak; COMMIT AND CHAIN; SELECT 1; COMMIT",
                "/* SELECT */ SET /* 1 */ my.x --\n = leak",
                "SELECT 1; SELECT $a$ ' $a$; SET my.x = leak; SELECT $$ ' $$",
                "SELECT set_config('my.x', 'leak', false)",
                "SELECT set_config('my.' 'x', 'leak', false)",
                "SELECT set_config('my.'\n'x', 'leak', false)",
                "SELECT set_config(E'my\\056x', 'leak', false)",
                "SELECT set_config(U&'my\\002ex', 'leak', false)",
                "SELECT set_config(setting_name => 'my.x', new_value => 'leak', is_local => false)",
                "SELECT set_config(new_value => 'leak', is_local => false, setting_name => 'my.x')",
                "SELECT pg_catalog.set_config('my.x', 'leak', not true)",
                "SELECT pg_catalog/* */./* */set_config/* */('my.x', 'leak', 'f')",
                "SELECT \"set_config\"('my.x', 'leak', false)",
                "SELECT U&\"set\\005fconfig\"('my.x', 'leak', false)",
                "SELECT U&\"set!005fconfig\" UESCAPE '!' ('my.x', 'leak', false)",
                "SELECT set_config('my.x', v, false) FROM (VALUES ('leak')) AS x (v)",
                "SELECT set_config(n, 'leak', false) FROM (VALUES ('my.x')) AS x (n)",
                "SELECT leak()",
                "SELECT (SELECT leak())",
                "SELECT 1 WHERE leak() IS NOT NULL",
                "UPDATE pg_settings SET setting = 'leak' WHERE name = 'my.x'",
                "SET my.x = no; UPDATE pg_catalog.pg_settings SET setting = 'leak' WHERE name = 'my.x'",
                "DO $$ BEGIN SET my.x = leak; END $$",
                "PREPARE a AS SELECT set_config('my.x', 'leak', false); EXECUTE a",
                "PREPARE a AS SELECT leak(); EXECUTE a; DEALLOCATE a",
                "PREPARE a AS SELECT leak(); EXPLAIN ANALYZE EXECUTE a",
                "PREPARE a AS SELECT leak() AS c; CREATE TABLE IF NOT EXISTS made AS EXECUTE a; DROP TABLE made",
                "PREPARE a AS SELECT 1; DEALLOCATE a; PREPARE a AS SELECT leak(); EXECUTE a",
                "SET standard_conforming_strings = off; SET escape_string_warning = off; SET my.x = 'le' 'ak'",
                "DECLARE c CURSOR WITH HOLD FOR SELECT leak()",
                "BEGIN; DECLARE c CURSOR FOR SELECT leak(); FETCH c; COMMIT",
                "COPY (SELECT leak()) TO STDOUT",
                "EXPLAIN ANALYZE SELECT leak()",
                "INSERT INTO t SELECT 1 WHERE leak() = 'leak'",
                "SET SESSION my.x = leak; SAVEPOINT nothing",
                "BEGIN; SAVEPOINT s; SET my.x = leak; RELEASE s; COMMIT",
            })
    void ofAQuery(String sql) throws Exception {
        assertNothingLeaks(query(sql));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT leak()",
                "SET my.x = leak",
                "SELECT set_config('my.x', 'leak', false)",
            })
    void ofAnEXECUTE(String sql) throws Exception {
        assertNothingLeaks(parse("a", sql), bind("p", "a"), execute("p", 1), execute("p", 0), sync());
        assertNothingLeaks(parse("a", sql), sync(), query("EXECUTE a"));
        assertNothingLeaks(parse("a", sql), sync(), query("SELECT 1; EXECUTE a"));
        assertNothingLeaks(parse("a", sql), sync(), query("EXPLAIN ANALYZE EXECUTE a"));
        assertNothingLeaks(
                parse("a", sql), sync(), parse("", "EXPLAIN ANALYZE EXECUTE a"), bind("", ""), execute(), sync());
        assertNothingLeaks(parse("a", sql), parse("", "EXECUTE a"), bind("", ""), execute(), sync());
    }

    @Test
    void ofAStatementThatExecutesItself() throws Exception {
        assertNothingLeaks(parse("a", "EXECUTE a"), bind("", "a"), execute(), sync());
        assertNothingLeaks(parse("a", "EXECUTE b"), parse("b", "EXECUTE a"), sync(), bind("", "a"), execute(), sync());
    }

    /** With the setting that is on its way the text means something else. */
    @Test
    void ofATextWhoseQuotesChangeOnTheWay() throws Exception {
        assertNothingLeaks(
                query("SET standard_conforming_strings = off"), query("SELECT '\\'' ; SET my.x = leak -- '"));
        assertNothingLeaks(
                query("BEGIN"),
                query("SET LOCAL standard_conforming_strings = off"),
                query("SELECT '\\'' ; SET my.x = leak -- '"),
                query("COMMIT"));
        assertNothingLeaks(
                query("SET standard_conforming_strings = off"),
                parse("", "SELECT set_config('my.x', '\\'', true) , ', false) -- '"),
                bind("", ""),
                execute(),
                sync());
    }

    @Test
    void ofACallWhoseArgumentsAreReadWithOtherQuotes() throws Exception {
        ScriptedClient client = relay.login(database);
        client.send(query("SET standard_conforming_strings = off"));
        client.readUntilReady();
        client.send(query("SELECT set_config('my.x', 'leak\\', true) , ', false) -- '"));
        client.readUntilReady();
        client.close();
        assertClean();
    }

    /** In SJIS the second byte of a character can be a backslash: here one that hides a quote, or does not. */
    @Test
    void ofATextWhoseEncodingChangesOnTheWay() throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes("SELECT E'".getBytes(StandardCharsets.UTF_8));
        text.writeBytes(new byte[] {(byte) 0x83, 0x5c});
        text.writeBytes("'; SET my.x = leak -- '\0".getBytes(StandardCharsets.UTF_8));
        assertNothingLeaks(query("SET client_encoding = 'SJIS'"), message('Q', text.toByteArray()));
        text.reset();
        text.writeBytes("SELECT E'\u30dd\\'; SET my.x = leak -- '\0".getBytes(StandardCharsets.UTF_8));
        assertNothingLeaks(query("SET client_encoding = 'SJIS'"), message('Q', text.toByteArray()));
    }

    /** The server skipped the second Parse, so the first is the one that is bound. */
    @Test
    void ofAStatementWithoutANameThatWasNotReplaced() throws Exception {
        byte[] set = parse("", "SET my.x = leak");
        assertNothingLeaks(
                query("SELECT 1"),
                set,
                sync(),
                bind("", "nobody"),
                parse("", "SELECT 1"),
                sync(),
                bind("", ""),
                execute(),
                sync());
        assertNothingLeaks(set, sync(), bind("", "nobody"), query("SELECT 1"), sync(), bind("", ""), execute(), sync());
    }

    /** The server skipped the Close, so the portal is still there. */
    @Test
    void ofAPortalThatWasNotClosed() throws Exception {
        assertNothingLeaks(
                query("BEGIN"),
                parse("", "SET my.x = leak"),
                bind("p", ""),
                sync(),
                query("SAVEPOINT s"),
                bind("", "nobody"),
                closePortal("p"),
                sync(),
                query("ROLLBACK TO s"),
                execute("p", 0),
                sync(),
                query("COMMIT"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE hidden (a int)",
                "CREATE TABLE hidden AS SELECT 1",
                "SELECT 1 AS a INTO hidden",
                "EXPLAIN ANALYZE CREATE TABLE hidden AS SELECT 1",
                "EXPLAIN ANALYZE SELECT 1 AS a INTO hidden",
                "PREPARE a AS SELECT 1; CREATE TABLE hidden AS EXECUTE a",
                "CREATE TABLE hidden (LIKE t)",
            })
    void ofATableInTheSchemaOfTemporaryOnes(String sql) throws Exception {
        ScriptedClient client = relay.login(database);
        client.send(query("SET search_path = pg_temp, public"));
        client.readUntilReady();
        client.send(query(sql));
        client.readUntilReady();
        client.close();
        assertNobodySees("SELECT count(*) FROM pg_class WHERE relname = 'hidden'", "0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE COLLATION pg_temp.hidden FROM \"C\"",
                "CREATE TYPE pg_temp.hidden AS (a int)",
                "CREATE VIEW pg_temp.hidden AS SELECT 1",
                "CREATE FUNCTION pg_temp.hidden() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE OPERATOR pg_temp.#### (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int)",
                "CREATE TEXT SEARCH DICTIONARY pg_temp.hidden (TEMPLATE = simple)",
            })
    void ofOtherTemporaryThings(String sql) throws Exception {
        ScriptedClient client = relay.login(database);
        client.send(query(sql));
        client.readUntilReady();
        client.close();
        assertNobodySees(
                "SELECT count(*) FROM pg_depend d JOIN pg_namespace n ON n.oid = d.refobjid"
                        + " WHERE refclassid = 'pg_namespace'::regclass AND nspname LIKE 'pg_temp%'",
                "0");
    }

    /** It goes while the server is being asked what it has left. */
    @Test
    void ofAClientThatVanishes() throws Exception {
        for (int i = 0; i < 100; i++) {
            ScriptedClient client = relay.login(database);
            client.send(query("LISTEN news"));
            client.expect("CZ");
            client.close();
            assertNobodySees("SELECT count(*) FROM pg_listening_channels()", "0");
        }
    }

    private void assertNothingLeaks(byte[]... conversation) throws Exception {
        try (ScriptedClient client = relay.login(database)) {
            client.send(conversation);
            client.send(sync(), END);
            List<WireMessage> heard;
            do {
                heard = client.readUntilReady();
            } while (!heard.contains(WireMessage.END) && !heard.toString().contains("the end"));
        }
        assertClean();
    }

    private void assertClean() throws Exception {
        assertNobodySees("SELECT coalesce(current_setting('my.x', true), '')", "");
    }

    private void assertNobodySees(String sql, String expected) throws Exception {
        Await.until("the session has ended", () -> relay.server().sessionCount() == 0);
        try (ScriptedClient next = relay.login(database)) {
            next.send(query(sql));
            assertThat(next.expect("TDCZ").get(1).values()).containsExactly(expected);
        }
    }
}
