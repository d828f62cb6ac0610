package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that take their leave while they have a connection: the only one there is, which another waits for. */
@WithPostgres
class FarewellTest {
    private TestDatabase database;

    @BeforeEach
    void start(TestDatabase lent) throws Exception {
        database = lent;
        database.execute("DROP TABLE IF EXISTS farewell; CREATE TABLE farewell (a int)");
    }

    /** One says what it has to say, and goodbye, and then waits for the proxy to close: another is served. */
    private void assertGivenBack(PoolSettings pool, String answers, byte[]... messages) throws Exception {
        try (Relay relay = Relay.pooled(database, pool);
                ScriptedClient leaving = relay.login(database)) {
            leaving.send(messages);
            leaving.expectNext(answers);
            leaving.send(terminate());
            leaving.awaitEnd();
            try (ScriptedClient next = relay.login(database)) {
                next.send(query("SELECT count(*) FROM farewell"));
                assertThat(next.expect("TDCZ").get(1).values()).containsExactly("0");
            }
            Await.until("nobody has it", () -> relay.server().pools().get(0).pinned() == 0);
        }
    }

    @Test
    void aSessionIsOver() throws Exception {
        assertGivenBack(PoolSettings.session(1), "TDCZ", query("SELECT 1"));
    }

    @Test
    void aSessionIsOverInWhichNothingWasAsked() throws Exception {
        assertGivenBack(PoolSettings.session(1), "");
    }

    @Test
    void aBlockIsRolledBack() throws Exception {
        assertGivenBack(PoolSettings.transaction(1), "CZCZ", query("BEGIN"), query("INSERT INTO farewell VALUES (1)"));
    }

    @Test
    void aFailedBlockIsRolledBack() throws Exception {
        assertGivenBack(PoolSettings.transaction(1), "CZEZ", query("BEGIN"), query("SELECT 1/0"));
    }

    @Test
    void aConnectionThatIsPinnedIsCleaned() throws Exception {
        assertGivenBack(
                PoolSettings.transaction(1),
                "CZTDCZCZ",
                query("LISTEN chat"),
                query("SELECT pg_advisory_lock(7)"),
                query("CREATE TEMP TABLE farewell (a int)"));
    }

    @Test
    void aBatchWithoutItsSyncIsRolledBack() throws Exception {
        assertGivenBack(
                PoolSettings.transaction(1),
                "12C",
                parse("", "INSERT INTO farewell VALUES (1)"),
                bind("", ""),
                execute(),
                flush());
    }

    @Test
    void aCopyThatIsNotDoneIsRolledBack() throws Exception {
        assertGivenBack(PoolSettings.transaction(1), "G", query("COPY farewell FROM STDIN"));
    }
}
