package io.pgproxy.core.wire;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.bindBinary;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Nothing is too big that is not too big for the server. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SizesTest {
    private static final int BYTEA = 17;

    private static final String COLUMNS = IntStream.rangeClosed(1, 1600)
            .mapToObj(i -> i + " AS column_number_" + i)
            .collect(Collectors.joining(","));

    private BothWays both;

    @BeforeAll
    void start(TestDatabase database) throws Exception {
        database.execute(
                "DROP TABLE IF EXISTS t; CREATE TABLE t (a text); CREATE TABLE unique_one (a int CONSTRAINT only_one PRIMARY KEY)");
        database.execute("CREATE TABLE wide AS SELECT " + COLUMNS);
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
    void rowsOf20Megabytes() throws Exception {
        both.same(talk -> talk.ask("TDDCZ", query("SELECT repeat('ab', 10000000), n FROM generate_series(1, 2) n")));
    }

    @Test
    void aQueryTextOf2Megabytes() throws Exception {
        String text = "x".repeat(2_000_000);
        both.same(talk -> {
            talk.ask("TDCZ", query("SELECT length('" + text + "')"));
            talk.ask("12DCZ", parse("", "SELECT length('" + text + "')"), bind("", ""), execute(), sync());
        });
    }

    @Test
    void aParameterOf20Megabytes() throws Exception {
        byte[] value = new byte[20_000_000];
        new Random(7).nextBytes(value);
        both.same(talk -> talk.ask(
                "12DCZ",
                parse("", "SELECT md5($1::bytea)", BYTEA),
                bindBinary("", "", List.of(value)),
                execute(),
                sync()));
    }

    @Test
    void sixteenHundredColumns() throws Exception {
        both.same(talk -> {
            talk.ask("TDCZ", query("SELECT " + COLUMNS));
            talk.ask("TDCZ", query("TABLE wide"));
        });
    }

    @Test
    void anErrorTextOf100Kilobytes() throws Exception {
        both.same(talk -> {
            talk.ask("EZ", query("DO $$ BEGIN RAISE EXCEPTION '%', repeat('e', 10000); END $$"));
            talk.ask("EZ", query("DO $$ BEGIN RAISE EXCEPTION '%', repeat('e', 100000); END $$"));
            talk.ask("EZ", query("DO $$ BEGIN RAISE EXCEPTION '%', repeat('e', 5000000); END $$"));
            talk.ask("NCZ", query("DO $$ BEGIN RAISE NOTICE '%', repeat('n', 100000); END $$"));
        });
    }

    /** How many are many. */
    int rows() {
        return 500_000;
    }

    @Test
    void manyRows() throws Exception {
        int rows = rows();
        try (ScriptedClient client = both.proxied()) {
            client.send(query("SELECT n FROM generate_series(1, " + rows + ") n"));
            client.expectNext("T");
            long sum = 0;
            WireMessage message = client.readMessage();
            for (; message.tag() == 'D'; message = client.readMessage()) {
                sum += Integer.parseInt(String.valueOf(message.values().get(0)));
            }
            assertThat(sum).isEqualTo(rows * (rows + 1L) / 2);
            assertThat(message.string()).isEqualTo("SELECT " + rows);
            client.expect("Z");
        }
    }

    @Test
    void copyLinesOf3Megabytes() throws Exception {
        String line = "y".repeat(3_000_000) + "\n";
        both.same(talk -> {
            talk.ask("G", query("COPY t FROM STDIN"));
            talk.ask(
                    "CZ",
                    copyData(line),
                    copyData(line.substring(0, 1_000_000)),
                    copyData(line.substring(1_000_000)),
                    copyDone());
            talk.ask("HddcCZ", query("COPY t TO STDOUT"));
            talk.ask("CZ", query("TRUNCATE t"));
        });
    }

    @Test
    void everyFieldOfAnError() throws Exception {
        List<WireMessage> heard = both.same(talk -> {
            talk.ask("CEZ", query("INSERT INTO unique_one VALUES (1); INSERT INTO unique_one VALUES (1)"));
            talk.ask("EZ", query("SELECT 1 +"));
            talk.ask(
                    "EZ",
                    query(
                            "DO $$ BEGIN RAISE EXCEPTION 'text' USING ERRCODE = 'ZZ999', DETAIL = 'detail', HINT = 'hint',"
                                    + " SCHEMA = 's', TABLE = 't', COLUMN = 'c', DATATYPE = 'd', CONSTRAINT = 'k'; END $$"));
            talk.ask("EZ", query("DO $$ BEGIN EXECUTE 'SELECT 1 +'; END $$"));
        });
        WireMessage raised = heard.get(5);
        for (char field : "SVCMDHWstcdnFLR".toCharArray()) {
            assertThat(raised.field(field)).as("field %s", field).isNotNull();
        }
        assertThat(heard.get(3).field('P')).isEqualTo("11");
        assertThat(heard.get(7).field('p')).isNotNull();
        assertThat(heard.get(7).field('q')).isEqualTo("SELECT 1 +");
    }
}
