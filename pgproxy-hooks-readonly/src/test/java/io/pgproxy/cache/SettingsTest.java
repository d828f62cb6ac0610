package io.pgproxy.cache;

import static io.pgproxy.cache.CachingProxy.rows;
import static io.pgproxy.cache.CachingProxy.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a session has made of its settings, however it did, tells its results from those of others. */
@WithPostgres
class SettingsTest {
    private final TestDatabase database;
    private CachingProxy proxy;
    private Connection one;
    private Connection two;

    SettingsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("""
                DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
                DROP SCHEMA IF EXISTS side CASCADE; CREATE SCHEMA side;
                CREATE TABLE item (name text, bytes bytea, at timestamptz);
                INSERT INTO item VALUES ('public', 'a', '2026-01-01 12:00:00Z');
                CREATE TABLE side.item (name text);
                INSERT INTO side.item VALUES ('side');
                """);
        proxy = CachingProxy.before(database);
        one = proxy.connect();
        two = proxy.connect();
    }

    @AfterEach
    void stop() throws Exception {
        one.close();
        two.close();
        proxy.close();
    }

    /** Asks until it is in the cache. */
    private static List<String> kept(Connection connection, String sql) throws SQLException {
        rows(connection, sql);
        rows(connection, sql);
        return rows(connection, sql);
    }

    @Test
    void whoeverLogsInWhileDefinitionsChangeIsServedLater() throws Exception {
        one.setAutoCommit(false);
        run(one, "CREATE TABLE another (id int)");
        one.commit(); // from now on the catalogue is out of date
        try (Connection late = proxy.connect()) {
            rows(late, "SELECT name FROM item");
            proxy.readCatalog();
            assertThat(kept(late, "SELECT name FROM item")).containsExactly("public");
            assertThat(proxy.served(() -> rows(late, "SELECT name FROM item"))).isOne();
        }
    }

    @Test
    void aPathBySetConfigIsAPath() throws Exception {
        for (Connection each : List.of(one, two)) {
            run(each, "SET search_path = public");
            assertThat(kept(each, "SELECT name FROM item")).containsExactly("public");
            run(each, "SELECT set_config('search_path', 'side, public', false)");
            assertThat(kept(each, "SELECT name FROM item")).containsExactly("side");
            run(each, "SET search_path = public, side");
            assertThat(kept(each, "SELECT name FROM item")).containsExactly("public");
            run(each, "SELECT set_config('search_path', 'public, side', false)");
            assertThat(kept(each, "SELECT name FROM item")).containsExactly("public");
            run(each, "SET search_path = side");
            assertThat(kept(each, "SELECT name FROM item")).containsExactly("side");
        }
    }

    @Test
    void whatACallSetsForATransactionIsGoneWithIt() throws Exception {
        one.setAutoCommit(false);
        run(one, "SELECT set_config('search_path', 'side', true), set_config('app.tenant', random()::text, true)");
        assertThat(rows(one, "SELECT name FROM item")).containsExactly("side");
        one.commit();
        one.setAutoCommit(true);
        assertThat(kept(one, "SELECT name FROM item")).containsExactly("public");
        assertThat(proxy.served(() -> rows(one, "SELECT name FROM item"))).isOne();
    }

    @Test
    void whatACallSetsWithConstantsIsKnown() throws Exception {
        run(one, "SELECT pg_catalog.set_config('search_path', 'side', false)");
        assertThat(kept(one, "SELECT name FROM item")).containsExactly("side");
        assertThat(proxy.served(() -> rows(one, "SELECT name FROM item"))).isOne();
        run(one, "SELECT set_config('search_path', (SELECT 'public'), false)");
        assertThat(kept(one, "SELECT name FROM item")).containsExactly("public");
        run(one, "SELECT set_config('search_path', 'side', false) FROM item WHERE false");
        assertThat(kept(one, "SELECT name FROM item")).containsExactly("public");
    }

    @Test
    void aPathThatChangesWithinABlockIsThatOfTheStatement() throws Exception {
        kept(one, "SELECT name FROM item");
        one.setAutoCommit(false);
        run(one, "SET LOCAL search_path = side");
        assertThat(rows(one, "SELECT name FROM item")).containsExactly("side");
        one.commit();
        assertThat(rows(one, "SELECT name FROM item")).containsExactly("public");
        run(one, "SET search_path = side");
        assertThat(kept(one, "SELECT name FROM item")).containsExactly("side");
        one.rollback();
        assertThat(kept(one, "SELECT name FROM item")).containsExactly("public");
        run(one, "SAVEPOINT s");
        run(one, "SET search_path = side");
        run(one, "ROLLBACK TO SAVEPOINT s");
        one.commit();
        assertThat(rows(one, "SELECT name FROM item")).containsExactly("public");
    }

    @Test
    void aTemporaryTableHidesAnother() throws Exception {
        kept(two, "SELECT name FROM item");
        run(one, "CREATE TEMPORARY TABLE item AS SELECT 'temporary' AS name");
        kept(two, "SELECT name FROM item");
        assertThat(rows(one, "SELECT name FROM item")).containsExactly("temporary");
        kept(one, "SELECT name FROM item");
        assertThat(rows(two, "SELECT name FROM item")).containsExactly("public");
        run(one, "DISCARD TEMP");
        assertThat(rows(one, "SELECT name FROM item")).containsExactly("public");
    }

    @Test
    void aTemporaryTableThatWasSelectedIntoHidesAnother() throws Exception {
        run(one, "SELECT 'temporary' AS name INTO TEMP item");
        kept(two, "SELECT name FROM item");
        assertThat(rows(one, "SELECT name FROM item")).containsExactly("temporary");
    }

    @Test
    void aSettingThatAnExplainedCallMakesIsSeen() throws Exception {
        kept(two, "SELECT bytes::text FROM item");
        run(one, "EXPLAIN ANALYZE SELECT set_config('bytea_output', 'escape', false)");
        assertThat(rows(one, "SELECT bytes::text FROM item")).containsExactly("a");
        assertThat(rows(two, "SELECT bytes::text FROM item")).containsExactly("\\x61");
    }

    @Test
    void aSettingThatCodeMakesIsSeen() throws Exception {
        kept(two, "SELECT bytes::text FROM item");
        run(one, "DO $$BEGIN SET bytea_output = 'escape'; END$$");
        assertThat(rows(one, "SELECT bytes::text FROM item")).containsExactly("a");
        kept(one, "SELECT bytes::text FROM item");
        assertThat(rows(two, "SELECT bytes::text FROM item")).containsExactly("\\x61");
    }

    @Test
    void aSettingOfTheRoleIsForSessionsThatBeginLater() throws Exception {
        kept(one, "SELECT bytes::text FROM item");
        run(two, "ALTER ROLE " + database.user() + " SET bytea_output = 'escape'");
        try (Connection later = proxy.connect()) {
            proxy.readCatalog();
            assertThat(kept(one, "SELECT bytes::text FROM item")).containsExactly("\\x61");
            assertThat(kept(later, "SELECT bytes::text FROM item")).containsExactly("a");
            assertThat(rows(one, "SELECT bytes::text FROM item")).containsExactly("\\x61");
        } finally {
            run(two, "ALTER ROLE " + database.user() + " RESET bytea_output");
        }
    }

    /** A constant becomes a time when it is parsed, not when it is executed. */
    @Test
    void aStatementThatWasParsedUnderAnotherZoneKeepsItsConstants() throws Exception {
        String sql = "SELECT '2026-01-01 00:00'::timestamptz::text FROM item";
        try (Connection early = proxy.connect("prepareThreshold=-1");
                PreparedStatement held = early.prepareStatement(sql)) {
            run(early, "SET TimeZone = 'UTC'");
            for (int i = 0; i < 3; i++) {
                held.executeQuery().close();
            }
            run(early, "SET TimeZone = 'Asia/Tokyo'");
            run(one, "SET TimeZone = 'Asia/Tokyo'");
            for (int i = 0; i < 3; i++) {
                try (ResultSet row = held.executeQuery()) {
                    row.next();
                    assertThat(row.getString(1)).isEqualTo("2026-01-01 09:00:00+09");
                }
            }
            assertThat(rows(one, sql)).containsExactly("2026-01-01 00:00:00+09");
            kept(one, sql);
            try (ResultSet row = held.executeQuery()) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("2026-01-01 09:00:00+09");
            }
        }
    }

    @Test
    void preparedStatementsOfOneNameAreNotTheSame() throws Exception {
        run(one, "PREPARE p AS SELECT name FROM item");
        run(two, "PREPARE p AS SELECT name || '!' FROM item");
        for (int i = 0; i < 3; i++) {
            assertThat(rows(one, "EXECUTE p")).containsExactly("public");
            assertThat(rows(two, "EXECUTE p")).containsExactly("public!");
        }
    }

    @Test
    void anIsolationThatIsSetTogetherWithABlockHolds() throws Exception {
        String set = "SET default_transaction_isolation = 'repeatable read'";
        try (ScriptedClient client = proxy.client();
                ScriptedClient alike = proxy.client()) {
            ask(alike, set);
            client.send(FrontendBytes.query(set), FrontendBytes.query("BEGIN"));
            client.readUntilReady();
            client.readUntilReady();
            assertThat(ask(client, "SELECT name FROM item")).isEqualTo("public");
            run(two, "UPDATE item SET name = 'changed'");
            for (int i = 0; i < 3; i++) {
                assertThat(ask(alike, "SELECT name FROM item")).isEqualTo("changed");
            }
            assertThat(ask(client, "SELECT name FROM item")).isEqualTo("public");
        }
    }

    @Test
    void aRepeatableBlockOfTheDriverIsRepeatable() throws Exception {
        for (int level : new int[] {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE}) {
            run(two, "UPDATE item SET name = 'public'");
            kept(two, "SELECT name FROM item");
            one.setTransactionIsolation(level);
            one.setAutoCommit(false);
            assertThat(rows(one, "SELECT name FROM side.item")).containsExactly("side");
            assertThat(kept(one, "SELECT name FROM item")).containsExactly("public");
            run(two, "UPDATE item SET name = 'changed'");
            two.setTransactionIsolation(level);
            assertThat(kept(two, "SELECT name FROM item")).containsExactly("changed");
            assertThat(kept(one, "SELECT name FROM item")).containsExactly("public");
            one.commit();
            one.setAutoCommit(true);
            assertThat(kept(one, "SELECT name FROM item")).containsExactly("changed");
        }
    }

    /** In one batch all statements of a repeatable transaction see what was there at first. */
    @Test
    void aRepeatableBatchIsRepeatable() throws Exception {
        try (ScriptedClient client = proxy.client()) {
            ask(client, "SET default_transaction_isolation = 'repeatable read'");
            client.send(
                    FrontendBytes.parse("", "SELECT name FROM side.item"),
                    FrontendBytes.bind("", ""),
                    FrontendBytes.execute(),
                    FrontendBytes.flush());
            client.expectNext("12DC");
            run(two, "UPDATE item SET name = 'changed'");
            try (ScriptedClient alike = proxy.client()) {
                ask(alike, "SET default_transaction_isolation = 'repeatable read'");
                for (int i = 0; i < 3; i++) {
                    assertThat(ask(alike, "SELECT name FROM item")).isEqualTo("changed");
                }
            }
            client.send(
                    FrontendBytes.parse("", "SELECT name FROM item"),
                    FrontendBytes.bind("", ""),
                    FrontendBytes.execute(),
                    FrontendBytes.sync());
            assertThat(first(client.readUntilReady())).isEqualTo("public");
        }
    }

    private static String ask(ScriptedClient client, String sql) throws Exception {
        client.send(FrontendBytes.query(sql));
        return first(client.readUntilReady());
    }

    private static String first(List<WireMessage> messages) {
        return messages.stream()
                .filter(message -> message.tag() == 'D')
                .map(message -> String.valueOf(message.values().get(0)))
                .findFirst()
                .orElse("");
    }
}
