package io.pgproxy.core.wire;

import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The simple protocol: strings of statements, and the state of the transaction after each. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SimpleTest {
    private static final int INT_SUM = 177; // pg_proc: int4pl

    private BothWays both;

    @BeforeAll
    void start(TestDatabase database) throws Exception {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int, b text)");
        both = ways(database);
    }

    BothWays ways(TestDatabase database) throws IOException {
        return BothWays.to(database);
    }

    @AfterAll
    void stop() {
        both.close();
    }

    @Test
    void aStringOfStatementsHasAnAnswerForEachAndOneReadyForQuery() throws Exception {
        both.same(talk -> {
            talk.ask("TDCTDDCCTCZ", query("SELECT 1; VALUES (2), (3);; SET work_mem = '5MB'; SELECT WHERE false"));
            talk.ask("IZ", query(""));
            talk.ask("IZ", query(" ; -- nothing\n /* at all */ ;"));
            talk.ask("CNCZ", query("BEGIN; BEGIN -- twice"));
            talk.ask("CZ", query("ROLLBACK"));
        });
    }

    @Test
    void anErrorStopsTheRestAndUndoesTheImplicitTransaction() throws Exception {
        both.same(talk -> {
            talk.ask("CEZ", query("INSERT INTO t VALUES (1); SELECT 1/0; INSERT INTO t VALUES (2)"));
            talk.ask("TDCZ", query("SELECT count(*) FROM t"));
            talk.ask("CCCCEZ", query("BEGIN; INSERT INTO t VALUES (3); COMMIT; INSERT INTO t VALUES (4); SELECT 1/0"));
            talk.ask("CZ", query("TRUNCATE t"));
        });
    }

    @Test
    void copyMayStandWithinAString() throws Exception {
        both.same(talk -> {
            talk.ask("TDCG", query("SELECT 'before'; COPY t FROM STDIN; COPY t FROM STDIN; SELECT 'after'"));
            talk.ask("CG", copyData("5\tfive\n"), copyDone());
            talk.ask("CTDCZ", copyData("6\tsix\n7\tseven\n"), copyDone());
            talk.ask(
                    "Hd{3}cCTDCZ", query("COPY (SELECT * FROM t WHERE a IN (5, 6, 7) ORDER BY a) TO STDOUT; SELECT 1"));
            talk.ask("CZ", query("DELETE FROM t"));
        });
    }

    @Test
    void copyWithinAStringMayBeAnsweredBeforeItIsAskedFor() throws Exception {
        both.same(talk -> {
            talk.client()
                    .send(
                            query("COPY t FROM STDIN; COPY t FROM STDIN"),
                            copyData("5\tfive\n"),
                            copyDone(),
                            copyData("6\tsix\n"),
                            copyDone(),
                            query("SELECT a FROM t ORDER BY a"),
                            query("DELETE FROM t"));
            talk.hear("G");
            talk.hear("CG");
            talk.hear("CZ");
            talk.hear("TDDCZ");
            talk.hear("CZ");
        });
    }

    @Test
    void theStatusIsExactAfterEachExchange() throws Exception {
        List<WireMessage> heard = both.same(talk -> {
            talk.ask("CZ", query("BEGIN"));
            talk.ask("CZ", query("SAVEPOINT s"));
            talk.ask("EZ", query("SELECT 1/0"));
            talk.ask("EZ", query("SELECT 1"));
            talk.ask("EZ", query("nonsense"));
            talk.ask("CZ", query("ROLLBACK TO s"));
            talk.ask("VZ", functionCall(INT_SUM, "1", "2"));
            talk.ask("EZ", functionCall(INT_SUM, "1", "no number"));
            talk.ask("CZ", query("COMMIT")); // which rolls back
            talk.ask("EZ", query("nonsense"));
            talk.ask("CCTDCZ", query("START TRANSACTION; COMMIT AND CHAIN; SELECT 1"));
            talk.ask("CZ", query("END"));
            talk.ask("NCZ", query("COMMIT"));
        });
        StringBuilder states = new StringBuilder();
        for (WireMessage message : heard) {
            if (message.tag() == 'Z') {
                states.append((char) message.body()[0]);
            }
        }
        assertThat(states).hasToString("TTEEETTEIITII");
    }

    @Test
    void aStringWithWeirdNamesAndEveryByteOfTextComesThrough() throws Exception {
        both.same(talk -> {
            talk.ask("TDCZ", query("SELECT '☃ \uD83D\uDC18 \\ ''' AS \"☃; \"\" \", E'\\x01\\x7f\\t\\r\\n'"));
            talk.ask("TDCZ", query("SELECT $tag$ ; COMMIT; $tag$, decode('00ff80', 'hex'), NULL, ''"));
        });
    }
}
