package io.pgproxy.core.limits;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.Told;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What runs for too long is cancelled, and what runs in time is not. */
@WithPostgres
class TimeLimitTest {
    private static final String SLOW = "select 1 as a from pg_sleep(30)";
    private static final String USABLE = "T[a] D[1] C(SELECT 1) ZI";

    private final TestDatabase database;
    private LimitedProxy proxy;
    private ScriptedClient client;

    TimeLimitTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
        proxy = LimitedProxy.before(database, limits -> limits.maxTime(Duration.ofMillis(200)), hooks());
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    HookChain hooks() {
        return HookChain.EMPTY;
    }

    private void isUsable() throws Exception {
        assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
        assertThat(proxy.upstreamOf(client)).isEqualTo("idle");
        assertThat(database.query("select a from t")).isEmpty();
    }

    @Test
    void inBothProtocolsAndInABlock() throws Exception {
        client.send(query(SLOW));
        List<WireMessage> answer = client.readUntilReady();
        assertThat(WireMessage.tags(answer)).isEqualTo("TEZ");
        assertThat(answer.get(1).sqlState()).isEqualTo("57014");
        assertThat(answer.get(1).text()).isEqualTo("canceling statement due to the proxy's time limit of 200 ms");
        assertThat(ask(client, parse("", SLOW), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 E(57014) ZI");
        assertThat(ask(client, "begin")).isEqualTo("C(BEGIN) ZT");
        assertThat(ask(client, SLOW)).isEqualTo("T[a] E(57014) ZE");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
        isUsable();
    }

    @Test
    void laterStatementsDoNotRun() throws Exception {
        assertThat(ask(client, SLOW + "; insert into t values (1)")).isEqualTo("T[a] E(57014) ZI");
        assertThat(ask(client, "insert into t values (1); " + SLOW)).isEqualTo("C(INSERT 0 1) T[a] E(57014) ZI");
        isUsable();
    }

    @Test
    void aCopyWhoseClientStalls() throws Exception {
        assertThat(ask(client, "copy t from stdin")).isEqualTo("G");
        client.send(copyData("1\n".getBytes(StandardCharsets.US_ASCII)));
        assertThat(Told.next(client)).isEqualTo("E(57014) ZI");
        client.send(copyData("2\n".getBytes(StandardCharsets.US_ASCII)), copyDone());
        isUsable();

        client.send(parse("", "copy t from stdin"), bind("", ""), execute(), sync());
        assertThat(Told.next(client)).isEqualTo("1 2 G");
        assertThat(client.readMessage().sqlState()).isEqualTo("57014");
        assertThat(ask(client, copyDone(), sync())).isEqualTo("ZI"); // within COPY the server ignores Sync
        isUsable();
    }

    @Test
    void aStatementThatSurvivesACancelIsCancelledAgain() throws Exception {
        assertThat(ask(
                        client,
                        "do $$ begin begin perform pg_sleep(30); exception when query_canceled then null; end;"
                                + " perform pg_sleep(30); end $$"))
                .isEqualTo("E(57014) ZI");
        isUsable();
    }

    @Test
    void aCopyToAClient() throws Exception {
        assertThat(ask(client, "copy (select n, pg_sleep(n) from generate_series(0, 30, 15) n) to stdout"))
                .startsWith("H ")
                .endsWith("E(57014) ZI");
        isUsable();
    }

    @Test
    void whatIsSlowToPlan() throws Exception {
        database.execute("CREATE OR REPLACE FUNCTION slow() RETURNS int IMMUTABLE LANGUAGE plpgsql"
                + " AS 'BEGIN PERFORM pg_sleep(30); RETURN 1; END'");

        client.send(parse("", "select slow() as a"), bind("", ""), execute(), sync());
        List<WireMessage> answer = client.readUntilReady();
        assertThat(WireMessage.tags(answer)).isEqualTo("1EZ");
        assertThat(answer.get(1).text()).isEqualTo("canceling statement due to the proxy's time limit of 200 ms");
        isUsable();
    }

    @Test
    void theTimeInWhichAPortalIsSuspendedDoesNotCount() throws Exception {
        assertThat(ask(client, "begin")).isEqualTo("C(BEGIN) ZT");
        assertThat(ask(
                        client,
                        parse("", "select n as a from generate_series(1, 3) n"),
                        bind("", ""),
                        execute("", 1),
                        sync()))
                .isEqualTo("1 2 D[1] s ZT");
        database.query("select pg_sleep(0.5)");
        assertThat(ask(client, execute("", 1), sync())).isEqualTo("D[2] s ZT");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
        isUsable();
    }

    @Test
    void eachOfManyHasItsOwnTime() throws Exception {
        for (int i = 0; i < 8; i++) {
            assertThat(ask(client, "select 1 as a from pg_sleep(0.05)")).isEqualTo(USABLE);
        }
        isUsable();
    }

    @Test
    void whatWasSentBehindItIsNotHit() throws Exception {
        client.send(query("select 1 as a from pg_sleep(1)"), query("select 1 as a"));
        assertThat(Told.next(client)).endsWith("E(57014) ZI");
        assertThat(Told.next(client)).isEqualTo(USABLE);
        isUsable();
    }
}
