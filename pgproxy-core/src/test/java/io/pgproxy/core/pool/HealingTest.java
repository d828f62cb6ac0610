package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.UntrackedState;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statements that an upstream has lost, or whose plans are outdated, of which a client need not know. */
@WithPostgres
class HealingTest {
    private TestDatabase database;
    private Relay relay;
    private ScriptedClient client;

    @BeforeEach
    void start(TestDatabase lent) throws Exception {
        database = lent;
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
        relay = Relay.pooled(database, PoolSettings.transaction(1));
        client = relay.login(database);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        relay.close();
    }

    private List<WireMessage> ask(String tags, byte[]... messages) throws Exception {
        client.send(messages);
        return client.expect(tags);
    }

    private long healed() {
        return relay.server().pool("main").view().counts().healed();
    }

    /** Behind the pool's back, by a text in which nobody sees it. */
    private void loseStatements() throws Exception {
        ask("CZ", query("DO $$ BEGIN EXECUTE 'DEALLO' || 'CATE ALL'; END $$"));
    }

    @Test
    void aLostStatementIsPreparedAnew() throws Exception {
        try (Relay trusting = Relay.pooled(
                        database,
                        PoolSettings.transaction(1).toBuilder()
                                .untrackedState(UntrackedState.TRUST)
                                .build());
                ScriptedClient mine = trusting.login(database)) {
            mine.send(parse("s", "SELECT a + $1::int FROM t"), sync());
            mine.expect("1Z");
            mine.send(query("DO $$ BEGIN EXECUTE 'DEALLO' || 'CATE ALL'; END $$"));
            mine.expect("CZ");
            mine.send(bind("", "s", "41"), describePortal(""), execute(), sync());
            assertThat(mine.expect("2TDCZ").get(2).values()).containsExactly("42");
            assertThat(trusting.server().pool("main").view().counts().healed()).isEqualTo(1);
        }
    }

    @Test
    void aFullResetFindsOutThatStatementsAreGone() throws Exception {
        ask("1Z", parse("s", "SELECT a + $1::int FROM t"), sync());
        loseStatements();
        assertThat(ask("2DCZ", bind("", "s", "41"), execute(), sync()).get(1).values())
                .containsExactly("42");
    }

    @Test
    void anOutdatedPlanIsMadeAnewForWhoSeesWhatItsColumnsAre() throws Exception {
        ask("1Z", parse("s", "SELECT * FROM t"), sync());
        ask("2TDCZ", bind("", "s"), describePortal(""), execute(), sync());
        database.execute("ALTER TABLE t ADD b text DEFAULT 'new'"); // past the proxy
        assertThat(ask("2TDCZ", bind("", "s"), describePortal(""), execute(), sync())
                        .get(2)
                        .values())
                .containsExactly("1", "new");
        assertThat(healed()).isEqualTo(1);
    }

    @Test
    void whoPreparesItNowGetsItAsItIsNow() throws Exception {
        ask("1Z", parse("s", "SELECT * FROM t"), sync());
        ask("2TDCZ", bind("", "s"), describePortal(""), execute(), sync());
        database.execute("ALTER TABLE t ADD b text DEFAULT 'new'"); // past the proxy
        try (ScriptedClient other = relay.login(database)) {
            other.send(parse("s", "SELECT * FROM t"), bind("", "s"), execute(), sync());
            assertThat(other.expect("12DCZ").get(2).values()).containsExactly("1", "new");
        }
        assertThat(healed()).isEqualTo(1);
    }

    /** As drivers do whose own cache is full: what they hear of first is CloseComplete. */
    @Test
    void aBatchThatBeginsWithCloseIsRunAgain() throws Exception {
        ask("1Z", parse("old", "SELECT 1"), sync());
        ask("1Z", parse("s", "SELECT * FROM t"), sync());
        ask("2TDCZ", bind("", "s"), describePortal(""), execute(), sync());
        database.execute("ALTER TABLE t ADD b text DEFAULT 'new'"); // past the proxy
        ask(
                "3132TDCZ",
                closeStatement("old"),
                parse("s2", "SELECT 2"),
                closeStatement("none"),
                bind("", "s"),
                describePortal(""),
                execute(),
                sync());
        ask("2DCZ", bind("", "s2"), execute(), sync());
        assertThat(ask("EZ", bind("", "old"), sync()).get(0).sqlState()).isEqualTo("26000");
        assertThat(healed()).isEqualTo(1);
    }

    @Test
    void whoReliesOnTheColumnsThatWereIsToldSo() throws Exception {
        ask("1Z", parse("s", "SELECT * FROM t"), sync());
        ask("2TDCZ", bind("", "s"), describePortal(""), execute(), sync());
        database.execute("ALTER TABLE t ADD b text DEFAULT 'new'"); // past the proxy
        assertThat(ask("EZ", bind("", "s"), execute(), sync()).get(0).sqlState())
                .isEqualTo("0A000");
        ask("1Z", parse("s2", "SELECT * FROM t"), sync());
        ask("2DCZ", bind("", "s2"), execute(), sync());
        assertThat(healed()).isZero();
    }

    @Test
    void withinATransactionTheServersWordIsTheLast() throws Exception {
        ask("1Z", parse("s", "SELECT * FROM t"), sync());
        ask("2TDCZ", bind("", "s"), describePortal(""), execute(), sync());
        database.execute("ALTER TABLE t ADD b text DEFAULT 'new'"); // past the proxy
        ask("CZ", query("BEGIN"));
        ask("EZ", bind("", "s"), describePortal(""), execute(), sync());
        ask("CZ", query("ROLLBACK"));
        assertThat(healed()).isZero();
    }

    @Test
    void aTableThatIsMadeAnewAsItWasChangesNothing() throws Exception {
        try (Relay two = Relay.pooled(database, PoolSettings.transaction(2));
                ScriptedClient mine = two.login(database);
                ScriptedClient busy = two.login(database)) {
            mine.send(parse("s", "SELECT * FROM t"), sync());
            mine.expect("1Z");
            mine.send(query("DROP TABLE t; CREATE TABLE t (a int); INSERT INTO t VALUES (2)"));
            mine.expect("CCCZ");
            busy.send(query("BEGIN")); // on the connection that has the statement
            busy.expect("CZ");
            mine.send(bind("", "s"), execute(), sync());
            assertThat(mine.expect("2DCZ").get(1).values()).containsExactly("2");
        }
    }

    /** What was confirmed when it was sent first fails when it is sent again: nothing else is kept from the client. */
    @Test
    void whatFailsWhenItIsSentAgainIsToldOnce() throws Exception {
        database.execute("DROP TABLE IF EXISTS u; CREATE TABLE u (b int)");
        ask("1Z", parse("s", "SELECT * FROM t"), sync());
        ask("2TDCZ", bind("", "s"), describePortal(""), execute(), sync());
        try (PooledClient alters = PooledClient.direct(database, Map.of());
                PooledClient drops = PooledClient.direct(database, Map.of())) {
            alters.rows("BEGIN; ALTER TABLE t ADD b text DEFAULT 'new'");
            client.send(parse("p", "SELECT * FROM u"), bind("", "s"), describePortal(""), execute(), sync());
            Await.until("the Bind waits", () -> waitingForLocks() == 1);
            drops.wire().send(query("DROP TABLE u")); // waits for what the Parse has locked
            Await.until("the other waits, too", () -> waitingForLocks() == 2);
            alters.rows("COMMIT");
            assertThat(client.expect("1EZ").get(1).sqlState()).isEqualTo("42P01");
            drops.hear();
        }
        assertThat(healed()).isEqualTo(1);
        ask("13Z", parse("q", "SELECT 1"), closeStatement("none"), sync());
    }

    /** While the refusal is over, the server may have something else to say. */
    @Test
    void notificationsAreHeardWhateverIsSentAgain() throws Exception {
        ask("CZ", query("LISTEN c"));
        ask("1Z", parse("s", "SELECT * FROM t"), sync());
        ask("2TDCZ", bind("", "s"), describePortal(""), execute(), sync());
        try (PooledClient alters = PooledClient.direct(database, Map.of())) {
            alters.rows("BEGIN; ALTER TABLE t ADD b text DEFAULT 'new'");
            client.send(bind("", "s"), describePortal(""), execute(), sync());
            Await.until("the Bind waits", () -> waitingForLocks() == 1);
            database.execute("NOTIFY c");
            alters.rows("COMMIT");
        }
        assertThat(WireMessage.tags(client.readUntilReady())).contains("A").endsWith("Z");
    }

    private int waitingForLocks() throws SQLException {
        return database.query("SELECT FROM pg_locks WHERE NOT granted AND locktype = 'relation'")
                .size();
    }
}
