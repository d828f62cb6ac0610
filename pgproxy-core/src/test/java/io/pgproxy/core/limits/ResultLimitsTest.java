package io.pgproxy.core.limits;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.Told;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A result with too many rows or bytes ends as it would by an error of the server in that place. */
@WithPostgres
class ResultLimitsTest {
    private static final String FIVE = "select n from generate_series(1, 5) n";
    private static final String CUT = "T[n] D[1] D[2] E(54000)";
    private static final String USABLE = "T[a] D[1] C(SELECT 1) ZI";
    private static final String RETURNING = "insert into t select n from generate_series(1, 5) n returning a";

    private final TestDatabase database;
    private LimitedProxy proxy;
    private ScriptedClient client;

    ResultLimitsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
        proxy = LimitedProxy.before(database, limits -> limits.maxRows(2).maxBytes(10_000), hooks());
        client = proxy.client();
    }

    HookChain hooks() {
        return HookChain.EMPTY;
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    private void isUsable() throws Exception {
        assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
        assertThat(proxy.upstreamOf(client)).isEqualTo("idle");
    }

    private List<List<String>> rows() throws Exception {
        return database.query("select a from t order by a");
    }

    @Test
    void ofRowsInBothProtocols() throws Exception {
        for (int run = 0; run < 3; run++) {
            assertThat(ask(client, FIVE)).isEqualTo(CUT + " ZI");
            assertThat(ask(client, FIVE.replace("5", "2"))).isEqualTo("T[n] D[1] D[2] C(SELECT 2) ZI");
            assertThat(ask(client, parse("", FIVE), bind("", ""), execute(), sync()))
                    .isEqualTo("1 2 D[1] D[2] E(54000) ZI");
            assertThat(ask(client, FIVE.replace("5", "3000000"))).isEqualTo(CUT + " ZI");
        }
        isUsable();
    }

    @Test
    void theMessageTellsTheLimit() throws Exception {
        client.send(query(FIVE));
        assertThat(client.readUntilReady().get(3).text()).isEqualTo("the result has more than 2 rows");
        client.send(query("select repeat('x', 20000)"));
        assertThat(client.readUntilReady().get(1).text()).isEqualTo("the result has more than 10000 bytes");
    }

    @Test
    void laterStatementsOfTheSameQueryDoNotRun() throws Exception {
        for (int run = 0; run < 5; run++) {
            assertThat(ask(client, "insert into t values (1); " + FIVE + "; insert into t values (2)"))
                    .isEqualTo("C(INSERT 0 1) " + CUT + " ZI");
            assertThat(ask(client, FIVE + "; select 1 as a")).isEqualTo(CUT + " ZI");
            assertThat(ask(client, RETURNING)).isEqualTo("T[a] D[1] D[2] E(54000) ZI");
        }
        assertThat(rows()).isEmpty();
        isUsable();
    }

    @Test
    void whatIsBelowTheLimitRunsAsEver() throws Exception {
        assertThat(ask(client, "insert into t values (1); select 1 as a; insert into t values (2)"))
                .isEqualTo("C(INSERT 0 1) T[a] D[1] C(SELECT 1) C(INSERT 0 1) ZI");
        assertThat(ask(client, "insert into t values (3) returning a")).isEqualTo("T[a] D[3] C(INSERT 0 1) ZI");
        assertThat(ask(client, "insert into t values (4); select 1/0; select 1"))
                .isEqualTo("C(INSERT 0 1) E(22012) ZI");
        assertThat(ask(client, "select 1 as a; begin; select 1 as a"))
                .isEqualTo("T[a] D[1] C(SELECT 1) C(BEGIN) T[a] D[1] C(SELECT 1) ZT");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
        assertThat(rows()).containsExactly(List.of("1"), List.of("2"), List.of("3"));
        isUsable();
    }

    @Test
    void aClientThatTakesItsLeaveHasWritten() throws Exception {
        client.send(query("insert into t values (7) returning a"), terminate());
        Await.until("it is committed", () -> rows().equals(List.of(List.of("7"))));
    }

    @Test
    void pipelinedQueriesBehindItRunAsIfAlone() throws Exception {
        for (int run = 0; run < 10; run++) {
            client.send(
                    query(FIVE),
                    query("select 1 as a"),
                    query(RETURNING),
                    query("insert into t values (9) returning a"),
                    query(FIVE.replace("5", "50000")),
                    query("delete from t"));
            assertThat(Told.next(client)).isEqualTo(CUT + " ZI");
            assertThat(Told.next(client)).isEqualTo(USABLE);
            assertThat(Told.next(client)).isEqualTo("T[a] D[1] D[2] E(54000) ZI");
            assertThat(Told.next(client)).isEqualTo("T[a] D[9] C(INSERT 0 1) ZI");
            assertThat(Told.next(client)).isEqualTo(CUT + " ZI");
            assertThat(Told.next(client)).isEqualTo("C(DELETE 1) ZI");
        }
        isUsable();
    }

    @Test
    void inABlockWhichHasFailedThen() throws Exception {
        for (int run = 0; run < 4; run++) {
            assertThat(ask(client, "begin; insert into t values (1)")).endsWith("ZT");
            if (run % 2 == 0) {
                assertThat(ask(client, FIVE)).isEqualTo(CUT + " ZE");
            } else {
                assertThat(ask(client, parse("", FIVE), bind("", ""), execute(), sync()))
                        .isEqualTo("1 2 D[1] D[2] E(54000) ZE");
            }
            assertThat(ask(client, "select 1")).isEqualTo("E(25P02) ZE");
            assertThat(ask(client, "commit")).isEqualTo("C(ROLLBACK) ZI");
        }
        assertThat(rows()).isEmpty();
        isUsable();
    }

    @Test
    void aBlockInAPipelineIsNotCommitted() throws Exception {
        for (int run = 0; run < 5; run++) {
            client.send(query("begin"), query("insert into t values (1)"), query(FIVE), query("commit"));
            assertThat(Told.next(client)).isEqualTo("C(BEGIN) ZT");
            assertThat(Told.next(client)).isEqualTo("C(INSERT 0 1) ZT");
            assertThat(Told.next(client)).isEqualTo(CUT + " ZE");
            assertThat(Told.next(client)).isEqualTo("C(ROLLBACK) ZI");
            client.send(
                    parse("", "begin"),
                    bind("", ""),
                    execute(),
                    parse("", "insert into t values (1)"),
                    bind("", ""),
                    execute(),
                    parse("", FIVE),
                    bind("", ""),
                    execute(),
                    parse("", "commit"),
                    bind("", ""),
                    execute(),
                    sync(),
                    query("rollback"));
            assertThat(Told.next(client)).isEqualTo("1 2 C(BEGIN) 1 2 C(INSERT 0 1) 1 2 D[1] D[2] E(54000) ZE");
            assertThat(Told.next(client)).isEqualTo("C(ROLLBACK) ZI");
        }
        assertThat(rows()).isEmpty();
        isUsable();
    }

    @Test
    void savepointsOfABlockStillWork() throws Exception {
        ask(client, "begin; insert into t values (1); savepoint s");
        assertThat(ask(client, FIVE)).isEqualTo(CUT + " ZE");
        assertThat(ask(client, "rollback to s")).isEqualTo("C(ROLLBACK) ZT");
        assertThat(ask(client, "commit")).isEqualTo("C(COMMIT) ZI");
        assertThat(rows()).containsExactly(List.of("1"));
        isUsable();
    }

    @Test
    void whatABatchHasWrittenIsTakenBack() throws Exception {
        for (int run = 0; run < 5; run++) {
            assertThat(ask(client, parse("", RETURNING), bind("", ""), execute(), sync()))
                    .isEqualTo("1 2 D[1] D[2] E(54000) ZI");
            client.send(
                    parse("", "insert into t values (0)"),
                    bind("", ""),
                    execute(),
                    parse("", FIVE),
                    bind("", ""),
                    execute(),
                    parse("", "insert into t values (9)"),
                    bind("", ""),
                    execute(),
                    sync(),
                    query("select 1 as a"));
            assertThat(Told.next(client)).isEqualTo("1 2 C(INSERT 0 1) 1 2 D[1] D[2] E(54000) ZI");
            assertThat(Told.next(client)).isEqualTo(USABLE);
        }
        assertThat(rows()).isEmpty();
        isUsable();
    }

    @Test
    void acrossThePartsOfAPortal() throws Exception {
        assertThat(ask(client, parse("", FIVE), bind("", ""), execute("", 1), execute("", 1), execute("", 1), sync()))
                .isEqualTo("1 2 D[1] s D[2] s E(54000) ZI");
        ask(client, "begin");
        assertThat(ask(client, parse("s", FIVE), bind("p", "s"), execute("p", 2), sync()))
                .isEqualTo("1 2 D[1] D[2] s ZT");
        assertThat(ask(client, execute("p", 2), sync())).isEqualTo("E(54000) ZE");
        ask(client, "rollback");
        isUsable();
    }

    @Test
    void ofBytesAndOfCopiedRows() throws Exception {
        String wide = "select repeat('x', 4000) as w from generate_series(1, 5)";
        assertThat(ask(client, wide)).matches("T\\[w] (D\\[x+] ){2}E\\(54000\\) ZI");
        assertThat(ask(client, "copy (" + FIVE + ") to stdout")).isEqualTo("H d(1) d(2) E(54000) ZI");
        assertThat(ask(client, "copy (" + FIVE.replace("5", "2") + ") to stdout"))
                .isEqualTo("H d(1) d(2) c C(COPY 2) ZI");
        String one =
                "select repeat('x', 4000) || n as w from generate_series(1, 2) n union all select repeat('y', 9000)";
        assertThat(ask(client, "copy (" + one + ") to stdout")).contains("E(54000) ZI");
        isUsable();
    }

    @Test
    void aRowThatIsTooLongByItselfIsNotSent() throws Exception {
        client.send(query("select repeat('x', 50000000)"));
        long bytes = client.readUntilReady().stream()
                .mapToLong(message -> message.body().length)
                .sum();
        assertThat(bytes).isLessThan(20_000);
        isUsable();
    }

    @Test
    void theUpstreamDoesNotGoOn() throws Exception {
        String endless = "select case when n > 4 then pg_sleep(60) end as a, repeat('x', 20000) as wide"
                + " from generate_series(1, 5) n";
        assertThat(ask(client, endless)).startsWith("T[a, wide] ").endsWith("E(54000) ZI");
        assertThat(ask(client, parse("", endless), bind("", ""), execute(), sync()))
                .startsWith("1 2 ")
                .endsWith("E(54000) ZI");
        isUsable();
    }
}
