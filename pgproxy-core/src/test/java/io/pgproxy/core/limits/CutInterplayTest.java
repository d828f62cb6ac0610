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

import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.Told;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Results that are cut off in the company of what else a client may have sent. */
@WithPostgres
class CutInterplayTest {
    private static final String FIVE = "select n from generate_series(1, 5) n";
    private static final String CUT = "T[n] D[1] D[2] E(54000)";
    private static final String USABLE = "T[a] D[1] C(SELECT 1) ZI";
    private static final String RETURNING = "insert into t select n from generate_series(1, 5) n returning a";
    private static final byte[] ROW = copyData("1\n".getBytes(StandardCharsets.US_ASCII));

    private final TestDatabase database;
    private LimitedProxy proxy;
    private ScriptedClient client;

    CutInterplayTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
        proxy = LimitedProxy.before(database, limits -> limits.maxRows(2).maxBytes(10_000), hooks());
        client = proxy.client().timeout(Duration.ofSeconds(4));
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
    void behindSomethingThatCannotBeCut() throws Exception {
        client.send(query("insert into t values (0)"), query(RETURNING), query("select 1 as a"));
        assertThat(Told.next(client)).isEqualTo("C(INSERT 0 1) ZI");
        assertThat(Told.next(client)).isEqualTo("T[a] D[1] D[2] E(54000) ZI");
        assertThat(Told.next(client)).isEqualTo(USABLE);
        client.send(parse("", "delete from t"), bind("", ""), execute(), sync(), query(RETURNING));
        assertThat(Told.next(client)).isEqualTo("1 2 C(DELETE 1) ZI");
        assertThat(Told.next(client)).isEqualTo("T[a] D[1] D[2] E(54000) ZI");
        assertThat(rows()).isEmpty();
        isUsable();
    }

    @Test
    void behindCommit() throws Exception {
        client.send(query("begin"), query("insert into t values (0)"), query("commit"), query(RETURNING));
        assertThat(Told.next(client)).isEqualTo("C(BEGIN) ZT");
        assertThat(Told.next(client)).isEqualTo("C(INSERT 0 1) ZT");
        assertThat(Told.next(client)).isEqualTo("C(COMMIT) ZI");
        assertThat(Told.next(client)).isEqualTo("T[a] D[1] D[2] E(54000) ZI");
        client.send(query("begin"), query("commit and chain"), query(RETURNING), query("commit"));
        assertThat(Told.next(client)).isEqualTo("C(BEGIN) ZT");
        assertThat(Told.next(client)).isEqualTo("C(COMMIT) ZT");
        assertThat(Told.next(client)).isEqualTo("T[a] D[1] D[2] E(54000) ZE");
        assertThat(Told.next(client)).isEqualTo("C(ROLLBACK) ZI");
        assertThat(rows()).containsExactly(List.of("0"));
        isUsable();
    }

    @Test
    void inFrontOfCopyInTheSameQuery() throws Exception {
        assertThat(ask(client, FIVE + "; copy t from stdin; select 1")).isEqualTo(CUT + " ZI");
        client.send(query(FIVE + "; copy t from stdin; select 1"), ROW, copyDone());
        assertThat(Told.next(client)).isEqualTo(CUT + " ZI");
        assertThat(rows()).isEmpty();
        isUsable();
    }

    @Test
    void inFrontOfCopyInTheSameBatch() throws Exception {
        client.send(parse("", FIVE), bind("", ""), execute(), parse("", "copy t from stdin"), bind("", ""), execute());
        client.send(sync());
        assertThat(Told.next(client)).isEqualTo("1 2 D[1] D[2] E(54000) ZI");
        isUsable();
    }

    @Test
    void inFrontOfCopyInTheSameBatchInABlock() throws Exception {
        ask(client, "begin");
        client.send(
                parse("", FIVE),
                bind("", ""),
                execute(),
                parse("", "copy t from stdin"),
                bind("", ""),
                execute(),
                sync());
        assertThat(Told.next(client)).isEqualTo("1 2 D[1] D[2] E(54000) ZE");
        ask(client, "rollback");
        isUsable();
    }

    @Test
    void syncWithinCopyOfSeveralStatements() throws Exception {
        client.send(query("select 1 as a; copy t from stdin; select 1 as a"));
        assertThat(Told.next(client)).isEqualTo("T[a] D[1] C(SELECT 1) G");
        client.send(ROW, sync(), ROW, copyDone());
        assertThat(Told.next(client)).isEqualTo("C(COPY 2) T[a] D[1] C(SELECT 1) ZI");
        client.send(query("select 1 as a; copy t from stdin; select 1 as a"), ROW, sync(), ROW, copyDone());
        assertThat(Told.next(client)).isEqualTo("T[a] D[1] C(SELECT 1) G");
        assertThat(Told.next(client)).isEqualTo("C(COPY 2) T[a] D[1] C(SELECT 1) ZI");
        isUsable();
    }

    @Test
    void queryWithinCopyOfSeveralStatements() throws Exception {
        client.send(query("select 1 as a; copy t from stdin; select 1 as a"));
        assertThat(Told.next(client)).isEqualTo("T[a] D[1] C(SELECT 1) G");
        client.send(query("select 1"));
        assertThat(Told.next(client)).startsWith("E(08P01)");
    }

    @Test
    void aQueryThatEndsABatch() throws Exception {
        client.send(
                parse("", RETURNING), bind("", ""), execute(), query("select 1 as a"), sync(), query("select 1 as a"));
        assertThat(Told.next(client)).isEqualTo("1 2 D[1] D[2] E(54000) ZI");
        assertThat(Told.next(client)).isEqualTo(USABLE);
        assertThat(rows()).isEmpty();
        isUsable();
    }

    @Test
    void aQueryThatEndsABatchOfReads() throws Exception {
        client.send(parse("", FIVE), bind("", ""), execute(), query("select 1 as a"), sync(), query("select 1 as a"));
        assertThat(Told.next(client)).isEqualTo("1 2 D[1] D[2] E(54000) ZI");
        assertThat(Told.next(client)).isEqualTo(USABLE);
        isUsable();
    }

    @Test
    void aCutQueryThatEndsABatch() throws Exception {
        client.send(parse("", "insert into t values (1)"), bind("", ""), execute(), query(RETURNING));
        assertThat(Told.next(client)).isEqualTo("1 2 C(INSERT 0 1) T[a] D[1] D[2] E(54000) ZI");
        assertThat(rows()).isEmpty();
        isUsable();
    }

    @Test
    void explainThatWrites() throws Exception {
        String sql = "explain analyze insert into t select 1 from generate_series(1,3) where 1 > 0";
        assertThat(ask(client, sql)).endsWith("E(54000) ZI");
        assertThat(rows()).isEmpty();
        isUsable();
    }

    @Test
    void partsOfAPortalInAPipeline() throws Exception {
        client.send(sync(), query("begin"), parse("s", FIVE), bind("p", "s"), execute("p", 2), sync());
        assertThat(Told.next(client)).isEqualTo("ZI");
        assertThat(Told.next(client)).isEqualTo("C(BEGIN) ZT");
        assertThat(Told.next(client)).isEqualTo("1 2 D[1] D[2] s ZT");
        assertThat(ask(client, execute("p", 2), sync())).isEqualTo("E(54000) ZE");
    }

    @Test
    void aDrainWhileAQueryWaits() throws Exception {
        client.send(
                query("insert into t values (1); select 1 as a from pg_sleep(0.4)"),
                query("insert into t values (2) returning a"));
        Await.until("it runs", () -> proxy.upstreamOf(client).equals("active PgSleep"));
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Boolean> drained = threads.submit(() -> proxy.server().drain(Duration.ofSeconds(10)));
            assertThat(Told.next(client)).isEqualTo("C(INSERT 0 1) T[a] D[1] C(SELECT 1) ZI");
            assertThat(Told.next(client)).isEqualTo("E(57P01) !");
            assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            threads.shutdownNow();
        }
        assertThat(rows()).containsExactly(List.of("1"));
    }

    @Test
    void behindWhatMightHaveBegunABlock() throws Exception {
        client.send(
                parse("n", "nonsense"),
                bind("", "n"),
                execute(),
                sync(),
                parse("", RETURNING),
                bind("", ""),
                execute(),
                sync());
        assertThat(Told.next(client)).isEqualTo("E(42601) ZI");
        assertThat(Told.next(client)).isEqualTo("1 2 D[1] D[2] E(54000) ZI");
        ask(client, "begin");
        client.send(query("commit and chain"), query(FIVE), query("insert into t values (9)"), query("commit"));
        assertThat(Told.next(client)).isEqualTo("C(COMMIT) ZT");
        assertThat(Told.next(client)).isEqualTo(CUT + " ZE");
        assertThat(Told.next(client)).isEqualTo("E(25P02) ZE");
        assertThat(Told.next(client)).isEqualTo("C(ROLLBACK) ZI");
        assertThat(rows()).isEmpty();
        isUsable();
    }
}
