package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The messages of a client of several writers, in every order that the protocol allows. */
@WithPostgres
@ExtendWith(SharedDatabases.class)
class FanOutProtocolTest {
    private static final String CONTENT = "SELECT id, note FROM t ORDER BY id";

    private Writers writers;
    private ScriptedClient client;

    @BeforeEach
    void start(LocalPostgres server) throws Exception {
        writers = Writers.of(server, 3, "CREATE TABLE t (id int PRIMARY KEY, note text)");
        writers.database(1).execute("ALTER TABLE t ADD CHECK (note <> 'bad')");
        client = writers.login();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        writers.close();
    }

    private List<WireMessage> ask(String sql) throws Exception {
        client.send(query(sql));
        return client.readUntilReady();
    }

    private void allHold(String... rows) throws Exception {
        for (List<List<String>> each : writers.all(CONTENT)) {
            assertThat(each.stream().map(row -> row.get(0) + row.get(1))).containsExactly(rows);
        }
    }

    @Test
    void flushBringsAllThatIsDone() throws Exception {
        client.send(parse("", "INSERT INTO t VALUES (1, 'x')"), describeStatement(""), flush());
        client.expectNext("1tn");
        client.send(bind("", ""), execute(), flush());
        client.expectNext("2C");
        client.send(parse("", "SELECT note FROM t"), bind("", ""), describePortal(""), execute(), flush());
        client.expectNext("12TDC");
        client.send(sync());
        client.expect("Z");

        allHold("1x");
    }

    @Test
    void flushBringsTheErrorBeforeSync() throws Exception {
        client.send(parse("", "SELECT nothing FROM nowhere"), describeStatement(""), flush());
        assertThat(client.expectNext("E").get(0).field('C')).isEqualTo("42P01");
        client.send(sync());
        client.expect("Z");
        client.send(parse("", "INSERT INTO t VALUES (1, now()::text)"), flush());
        assertThat(client.expectNext("E").get(0).field('C')).isEqualTo("0A000");
        client.send(bind("", ""), execute(), sync());
        client.expect("Z");
        client.send(parse("", "INSERT INTO t VALUES (1, 'x')"), bind("", ""), execute(), sync());
        client.expect("12CZ");

        allHold("1x");
    }

    @Test
    void whatAnotherRefusesIsToldAtSync() throws Exception {
        client.send(parse("", "INSERT INTO t VALUES (1, 'bad')"), bind("", ""), execute(), flush());
        client.expectNext("12C");
        client.send(sync());
        assertThat(client.expect("EZ").get(0).field('C')).isEqualTo("23514");

        allHold();
    }

    @Test
    void portalsGiveSomeRowsAtATime() throws Exception {
        ask("INSERT INTO t SELECT i, 'x' FROM generate_series(1, 5) i");
        ask("BEGIN");
        client.send(parse("", "UPDATE t SET note = 'y' RETURNING id"), bind("p", ""), execute("p", 2), flush());
        client.expectNext("12DDs");
        client.send(parse("", "SELECT id FROM t"), bind("q", ""), execute("q", 3), sync());
        client.expect("12DDDsZ");
        client.send(execute("p", 2), execute("q", 0), execute("p", 0), sync());
        client.expect("DDsDDCDCZ");
        assertThat(WireMessage.tags(ask("COMMIT"))).isEqualTo("CZ");

        allHold("1y", "2y", "3y", "4y", "5y");
    }

    @Test
    void aStatementThatCouldNotBePreparedIsStillWhatItWas() throws Exception {
        client.send(parse("s", "INSERT INTO t VALUES ($1, 'x')"), sync());
        client.expect("1Z");
        client.send(parse("s", "SELECT 1"), sync());
        assertThat(client.expect("EZ").get(0).field('C')).isEqualTo("42P05");
        client.send(bind("", "s", "1"), execute(), sync());
        client.expect("2CZ");
        client.send(parse("", "SELECT 1 / 0"), bind("", ""), execute(), parse("s", "SELECT 1"), sync());
        client.expect("1EZ");
        client.send(bind("", "s", "2"), execute(), sync());
        client.expect("2CZ");
        client.send(closeStatement("s"), parse("s", "SELECT 1"), bind("", "s"), execute(), sync());
        client.expect("312DCZ");

        allHold("1x", "2x");
    }

    @Test
    void batchesMayAllBeSentAtOnce() throws Exception {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String note = i % 10 == 3 ? "bad" : "x";
            client.send(
                    parse("", i % 7 == 0 ? "SELECT $1::int, $2::text" : "INSERT INTO t VALUES ($1, $2)"),
                    bind("", "", String.valueOf(i), note),
                    execute(),
                    sync());
            boolean fails = i % 7 != 0 && note.equals("bad");
            expected.append(fails ? "12EZ" : i % 7 == 0 ? "12DCZ" : "12CZ");
        }
        StringBuilder told = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            told.append(WireMessage.tags(client.readUntilReady()));
        }

        assertThat(told.toString()).isEqualTo(expected.toString());
        assertThat(writers.all("SELECT count(*), sum(id) FROM t").stream().distinct())
                .hasSize(1);
    }

    @Test
    void anErrorSkipsToSync() throws Exception {
        client.send(
                parse("", "INSERT INTO t VALUES (1, 'x')"),
                bind("", ""),
                execute(),
                parse("", "INSERT INTO t VALUES (1, 'again')"),
                bind("", ""),
                execute(),
                parse("", "INSERT INTO t VALUES (2, 'x')"),
                bind("", ""),
                execute(),
                sync(),
                parse("", ""),
                bind("", ""),
                execute(),
                sync(),
                sync(),
                query(""));
        client.expect("12C12EZ");
        client.expect("12IZ");
        client.expect("Z");
        client.expect("IZ");

        allHold();
    }

    @Test
    void functionCallsAreAnswered() throws Exception {
        client.send(functionCall(0));
        assertThat(client.expect("EZ").get(0).sqlState()).isNotNull();
        client.send(functionCall(1598)); // random()
        client.expect("VZ");
    }

    @Test
    void notificationsCome() throws Exception {
        try (ScriptedClient listener = writers.login()) {
            listener.send(query("LISTEN c"));
            listener.expect("CZ");
            ask("NOTIFY c, 'x'");
            WireMessage told = listener.expectNext("A").get(0);
            assertThat(new String(told.body(), UTF_8)).contains("c\0x");
            listener.send(query("INSERT INTO t VALUES (1, 'x')"));
            listener.expect("CZ");
        }

        allHold("1x");
    }

    @Test
    void cursorsAreOfAll() throws Exception {
        ask("INSERT INTO t VALUES (1, 'x'), (2, 'y')");
        ask("BEGIN");
        ask("DECLARE c CURSOR FOR SELECT * FROM t ORDER BY id FOR UPDATE");
        assertThat(WireMessage.tags(ask("FETCH 1 FROM c"))).isEqualTo("TDCZ");
        assertThat(WireMessage.tags(ask("UPDATE t SET note = 'z' WHERE CURRENT OF c")))
                .isEqualTo("CZ");
        ask("COMMIT");

        allHold("1z", "2y");
    }

    @Test
    void statementsOfSqlAreOfAll() throws Exception {
        ask("PREPARE p AS INSERT INTO t VALUES ($1, 'x')");
        assertThat(WireMessage.tags(ask("EXECUTE p(1)"))).isEqualTo("CZ");
        assertThat(WireMessage.tags(ask("PREPARE q AS SELECT now()"))).isEqualTo("CZ");
        assertThat(WireMessage.tags(ask("EXECUTE q"))).isEqualTo("TDCZ");
        assertThat(ask("PREPARE r AS INSERT INTO t VALUES (2, now()::text)")
                        .get(0)
                        .sqlState())
                .isEqualTo("0A000");

        allHold("1x");
    }

    @Test
    void noticesAreOfTheFirst() throws Exception {
        assertThat(WireMessage.tags(ask("DROP TABLE IF EXISTS nothing"))).isEqualTo("NCZ");
        assertThat(WireMessage.tags(ask("COPY (SELECT 1) TO STDOUT"))).isEqualTo("HdcCZ");
    }

    @Test
    void terminateWithinABatchKeepsNothing() throws Exception {
        client.send(parse("", "INSERT INTO t VALUES (1, 'x')"), bind("", ""), execute(), flush(), terminate());
        client.awaitEnd();

        allHold();
    }
}
