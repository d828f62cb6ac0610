package io.pgproxy.core.wire;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.copyFail;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** COPY: data, errors while data still flows, and where its Syncs count. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CopyTest {
    private static final byte[] BAD_LINE = copyData("no number\n");

    private BothWays both;

    @BeforeAll
    void start(TestDatabase database) throws Exception {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int); CREATE TABLE closed (a int);"
                + "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'closed'; END $$;"
                + "CREATE TRIGGER refuses BEFORE INSERT ON closed EXECUTE FUNCTION refuse()");
        both = ways(database);
    }

    BothWays ways(TestDatabase database) throws IOException {
        return BothWays.to(database);
    }

    @AfterAll
    void stop() {
        both.close();
    }

    @BeforeEach
    void empty() throws Exception {
        both.database().execute("TRUNCATE t");
    }

    @Test
    void anyNumberOfCopyDoneOutsideOfCopyIsIgnored() throws Exception {
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        flood.writeBytes(parse("", "SELECT 1"));
        for (int i = 0; i < 140_000; i++) {
            flood.writeBytes(copyDone());
        }
        both.same(talk -> {
            talk.ask("1Z", flood.toByteArray(), sync());
            talk.ask("TDCZ", query("SELECT 1"));
        });
    }

    @Test
    void severalCopiesOfOneStringMayBeSentInOneGo() throws Exception {
        byte[] one = join(copyData("1\n"), copyDone());
        both.same(talk -> {
            talk.ask("G", query("COPY t FROM STDIN; COPY t FROM STDIN; COPY t FROM STDIN"), one, one, one);
            talk.ask("CG");
            talk.ask("CG");
            talk.ask("CZ");
        });
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void dataGoesInAndOutInPiecesThatNeedNotBeLines() throws Exception {
        both.same(talk -> {
            talk.ask("G", query("COPY t FROM STDIN"));
            talk.ask("CZ", copyData("1\n2"), copyData("2\n"), copyData(""), copyData("3"), copyDone());
            talk.ask("Hd{3}cCZ", query("COPY (SELECT a FROM t ORDER BY a) TO STDOUT"));
            talk.ask("Hd{4,5}cCZ", query("COPY (SELECT a FROM t ORDER BY a) TO STDOUT (FORMAT binary)"));
            talk.ask("CZ", query("TRUNCATE t"));
        });
    }

    @Test
    void anErrorInTheMiddleSwallowsWhatStillComes() throws Exception {
        both.same(talk -> {
            talk.ask("G", query("COPY t FROM STDIN"));
            talk.ask("EZ", BAD_LINE);
            talk.client().send(copyData("1\n"), copyData("2\n"), copyDone(), query("SELECT count(*) FROM t"));
            talk.hear("TDCZ");

            talk.ask("G", query("COPY t FROM STDIN"));
            talk.ask("EZ", BAD_LINE, copyData("1\n"), copyFail("too late"), query("SELECT 'next'"));
            talk.hear("TDCZ");
        });
    }

    @Test
    void theClientMayFailIt() throws Exception {
        both.same(talk -> {
            talk.ask("G", query("COPY t FROM STDIN; SELECT 'not reached'"));
            assertThat(talk.ask("EZ", copyData("1\n"), copyFail("changed my mind"))
                            .get(0)
                            .sqlState())
                    .isEqualTo("57014");
            talk.ask("12G", parse("", "COPY t FROM STDIN"), bind("", ""), execute(), flush());
            talk.ask("EZ", copyData("1\n"), copyFail("again"), sync());
            talk.ask("TDCZ", query("SELECT count(*) FROM t"));
        });
    }

    @Test
    void inAnExtendedExchangeTheLateSyncCounts() throws Exception {
        both.same(talk -> {
            talk.ask("12G", parse("", "COPY t FROM STDIN"), bind("", ""), execute(), flush());
            talk.ask("CZ", copyData("1\n"), sync(), flush(), copyData("2\n"), copyDone(), sync());
            talk.ask("TDCZ", query("SELECT count(*) FROM t"));
            talk.ask("CZ", query("TRUNCATE t"));
        });
    }

    @Test
    void anEarlySyncIsVoid() throws Exception {
        both.same(talk -> {
            talk.ask("12G", parse("", "COPY t FROM STDIN"), bind("", ""), execute(), sync());
            talk.ask("CZ", copyData("1\n"), copyDone(), sync());
            talk.ask("12G", parse("", "COPY t FROM STDIN"), bind("", ""), execute(), sync(), sync(), flush());
            talk.ask("CZ", copyData("2\n"), copyDone(), sync(), query("SELECT 'next'"));
            talk.hear("TDCZ");
            talk.ask("CZ", query("TRUNCATE t"));
        });
    }

    @Test
    void allOfAnExtendedCopyMayComeInOneFlight() throws Exception {
        both.same(talk -> {
            talk.client()
                    .send(
                            parse("", "COPY t FROM STDIN"),
                            bind("", ""),
                            execute(),
                            copyData("1\n"),
                            copyDone(),
                            parse("", "SELECT count(*) FROM t"),
                            bind("", ""),
                            execute(),
                            sync(),
                            query("TRUNCATE t"));
            talk.hear("12G");
            talk.hear("C12DCZ");
            talk.hear("CZ");
        });
    }

    @Test
    void anErrorInAnExtendedCopySkipsToTheSyncBehindIt() throws Exception {
        both.same(talk -> {
            talk.ask("12G", parse("", "COPY t FROM STDIN"), bind("", ""), execute(), flush());
            talk.ask("EZ", BAD_LINE, copyData("1\n"), copyDone(), query("SELECT 'skipped'"), sync(), query("SELECT 1"));
            talk.hear("TDCZ");

            talk.ask("12G", parse("", "COPY t FROM STDIN"), bind("", ""), execute(), sync());
            talk.ask("EZ", BAD_LINE, copyDone(), sync(), query("SELECT 2"));
            talk.hear("TDCZ");
        });
    }

    @Test
    void aCopyRefusedBeforeItReadAnythingLeavesItsEarlySyncValid() throws Exception {
        both.same(talk -> {
            talk.ask("12G", parse("", "COPY closed FROM STDIN"), bind("", ""), execute(), sync());
            talk.hear("EZ");
            talk.ask("TDCZ", query("SELECT 'next'"));
            talk.ask("12G", parse("", "COPY closed FROM STDIN"), bind("", ""), execute(), sync());
            talk.client().send(copyData("1\n"), copyDone(), sync(), query("SELECT 'after both'"));
            talk.hear("EZ");
            talk.hear("Z");
            talk.hear("TDCZ");
        });
    }

    @Test
    void aQueryInTheMiddleEndsTheSessionWithTheServersWords() throws Exception {
        both.same(talk -> {
            talk.ask("G", query("COPY t FROM STDIN"));
            talk.ask("E+!", copyData("1\n"), query("SELECT 1"));
        });
    }

    @Test
    void copyOutMayBeCancelled() throws Exception {
        try (ScriptedClient client = both.proxied()) {
            client.send(query("COPY (SELECT repeat('x', 1000), generate_series(1, 100000000)) TO STDOUT"));
            client.expectNext("Hddd");
            ScriptedClient.cancel("127.0.0.1", both.relay().port(), client.processId(), client.secretKey());
            List<WireMessage> rest = client.readUntilReady();
            assertThat(WireMessage.tags(rest)).matches("d*EZ");
            assertThat(rest.get(rest.size() - 2).sqlState()).isEqualTo("57014");
            client.send(query("SELECT 1"));
            client.expect("TDCZ");
        }
    }

    @Test
    void copyInMayBeCancelled() throws Exception {
        try (ScriptedClient client = both.proxied()) {
            client.send(query("COPY t FROM STDIN"));
            client.expect("G");
            client.send(copyData("1\n"));
            ScriptedClient.cancel("127.0.0.1", both.relay().port(), client.processId(), client.secretKey());
            client.send(copyData("2\n")); // the server looks up when it gets some
            assertThat(client.expect("EZ").get(0).sqlState()).isEqualTo("57014");
            client.send(copyDone(), query("SELECT 1"));
            client.expect("TDCZ");
        }
    }
}
