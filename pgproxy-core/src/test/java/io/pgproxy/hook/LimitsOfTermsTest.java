package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A result beyond its limits ends as it would by an error of the server in that place. */
@WithPostgres
class LimitsOfTermsTest {
    private static final String FIVE = "select n as rows_2 from generate_series(1, 5) n";
    private static final String USABLE = "T[a] D[1] C(SELECT 1) ZI";

    private final TestDatabase database;
    private HookedProxy proxy;
    private ScriptedClient client;

    LimitsOfTermsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
        proxy = HookedProxy.before(database, QueryHook.admit(LimitsOfTermsTest::terms));
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    private static Verdict<Terms> terms(Execution execution) {
        String sql = execution.statement().sql();
        if (sql.contains("rows_2")) {
            return Verdict.of(Terms.rows(2));
        }
        if (sql.contains("bytes_100")) {
            return Verdict.of(Terms.bytes(100));
        }
        return sql.contains("time_50") ? Verdict.of(Terms.time(Duration.ofMillis(50))) : Verdict.proceed();
    }

    @Test
    void ofRowsInBothProtocols() throws Exception {
        assertThat(ask(client, FIVE)).isEqualTo("T[rows_2] D[1] D[2] E(54000) ZI");
        assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
        assertThat(ask(client, FIVE.replace("5", "2"))).isEqualTo("T[rows_2] D[1] D[2] C(SELECT 2) ZI");
        assertThat(ask(client, parse("", FIVE), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[1] D[2] E(54000) ZI");
        assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
        assertThat(ask(client, FIVE + "; select 2 as b")).isEqualTo("T[rows_2] D[1] D[2] E(54000) ZI");
        assertThat(ask(client, "select 1 as a; " + FIVE))
                .isEqualTo("T[a] D[1] C(SELECT 1) T[rows_2] D[1] D[2] E(54000) ZI");
        assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
    }

    @Test
    void inABlockWhichHasFailedThen() throws Exception {
        for (int run = 0; run < 4; run++) {
            assertThat(ask(client, "begin; insert into t values (1)")).endsWith("ZT");
            if (run % 2 == 0) {
                assertThat(ask(client, FIVE)).isEqualTo("T[rows_2] D[1] D[2] E(54000) ZE");
            } else {
                assertThat(ask(client, parse("", FIVE), bind("", ""), execute(), sync()))
                        .isEqualTo("1 2 D[1] D[2] E(54000) ZE");
            }
            assertThat(ask(client, "select 1")).isEqualTo("E(25P02) ZE");
            assertThat(ask(client, "commit")).isEqualTo("C(ROLLBACK) ZI");
        }
        assertThat(database.query("select * from t")).isEmpty();
        assertThat(ask(client, "begin; " + FIVE + "; commit")).startsWith("C(BEGIN) T[rows_2] D[1] D[2] E(54000) Z");
        ask(client, "rollback");
        assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
    }

    @Test
    void acrossThePartsOfAPortal() throws Exception {
        assertThat(ask(client, parse("", FIVE), bind("", ""), execute("", 1), execute("", 1), execute("", 1), sync()))
                .isEqualTo("1 2 D[1] s D[2] s E(54000) ZI");
        assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
    }

    @Test
    void whatHasWrittenIsTakenBack() throws Exception {
        String insert = "insert into t select n from generate_series(1, 5) n returning a as rows_2";
        for (int run = 0; run < 5; run++) {
            assertThat(ask(client, parse("", insert), bind("", ""), execute(), sync()))
                    .isEqualTo("1 2 D[1] D[2] E(54000) ZI");
        }
        assertThat(database.query("select * from t")).isEmpty();
        assertThat(ask(
                        client,
                        parse("", "insert into t values (0)"),
                        bind("", ""),
                        execute(),
                        parse("", insert),
                        bind("", ""),
                        execute(),
                        parse("", "insert into t values (9)"),
                        bind("", ""),
                        execute(),
                        sync(),
                        query("select count(*) as n from t")))
                .isEqualTo("1 2 C(INSERT 0 1) 1 2 D[1] D[2] E(54000) ZI");
        assertThat(Told.next(client)).isEqualTo("T[n] D[0] C(SELECT 1) ZI");
    }

    @Test
    void pipelinedBehindItAllGoesOn() throws Exception {
        for (int run = 0; run < 10; run++) {
            client.send(query(FIVE), query("select 1 as a"), query(FIVE.replace("5", "50000")), query("select 1 as a"));
            assertThat(Told.next(client)).isEqualTo("T[rows_2] D[1] D[2] E(54000) ZI");
            assertThat(Told.next(client)).isEqualTo(USABLE);
            assertThat(Told.next(client)).isEqualTo("T[rows_2] D[1] D[2] E(54000) ZI");
            assertThat(Told.next(client)).isEqualTo(USABLE);
        }
    }

    @Test
    void ofBytesAndOfCopiedRows() throws Exception {
        String wide = "select repeat('x', 40) as bytes_100 from generate_series(1, 5)";
        assertThat(ask(client, wide)).matches("T\\[bytes_100] D\\[x+] (D\\[x+] )?E\\(54000\\) ZI");
        assertThat(ask(client, "copy (" + FIVE + ") to stdout")).isEqualTo("H d(1) d(2) E(54000) ZI");
        assertThat(ask(client, "copy (" + wide + ") to stdout")).matches("H d\\(x+\\) (d\\(x+\\) )?E\\(54000\\) ZI");
        assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
    }

    @Test
    void theUpstreamDoesNotGoOnBehindALimit() throws Exception {
        String endless = "select case when n > 4 then pg_sleep(60) end as bytes_100, repeat('x', 20000) as wide"
                + " from generate_series(1, 5) n";
        assertThat(ask(client, endless)).startsWith("T[bytes_100, wide] ").endsWith(" E(54000) ZI");
        assertThat(ask(client, parse("", endless), bind("", ""), execute(), sync()))
                .startsWith("1 2 ")
                .endsWith(" E(54000) ZI");
        assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
    }

    @Test
    void ofTimeWhatIsPipelinedBehindIsNotHit() throws Exception {
        String slow = "select 1 as time_50 from pg_sleep(30)";
        client.send(query(slow), query("select 1 as a"), parse("", slow), bind("", ""), execute(), sync());
        client.send(query("begin"), parse("", slow), bind("", ""), execute(), sync(), query("rollback"));

        assertThat(Told.next(client)).isEqualTo("T[time_50] E(57014) ZI");
        assertThat(Told.next(client)).isEqualTo(USABLE);
        assertThat(Told.next(client)).isEqualTo("1 2 E(57014) ZI");
        assertThat(Told.next(client)).isEqualTo("C(BEGIN) ZT");
        assertThat(Told.next(client)).isEqualTo("1 2 E(57014) ZE");
        assertThat(Told.next(client)).isEqualTo("C(ROLLBACK) ZI");
    }

    @Test
    void ofTime() throws Exception {
        String slow = "select 1 as time_50 from pg_sleep(30)";
        assertThat(ask(client, slow)).isEqualTo("T[time_50] E(57014) ZI");
        assertThat(ask(client, parse("", slow), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 E(57014) ZI");
        assertThat(ask(client, "begin")).isEqualTo("C(BEGIN) ZT");
        assertThat(ask(client, slow)).isEqualTo("T[time_50] E(57014) ZE");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
        assertThat(ask(client, "select 1 as time_50")).isEqualTo("T[time_50] D[1] C(SELECT 1) ZI");
        assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
    }

    @Test
    void whatRunsBeforeItTakesNothingOfItsTime() throws Exception {
        String before = "select 1 as a from pg_sleep(0.3)";
        assertThat(ask(
                        client,
                        parse("", before),
                        bind("", ""),
                        execute(),
                        parse("", "select 2 as time_50"),
                        bind("", ""),
                        execute(),
                        sync()))
                .isEqualTo("1 2 D[1] C(SELECT 1) 1 2 D[2] C(SELECT 1) ZI");
        client.send(query("set statement_timeout = 200"), query(before), query("select 2 as time_50"));
        assertThat(Told.next(client)).endsWith("ZI");
        assertThat(client.expect("TEZ").get(1).text()).isEqualTo("canceling statement due to statement timeout");
        assertThat(Told.next(client)).isEqualTo("T[time_50] D[2] C(SELECT 1) ZI");
    }

    @Test
    void whatIsCancelledBehindItIsNotToldItsLimit() throws Exception {
        String survives = "do $$ begin perform 'time_50'; perform pg_sleep(0.2);"
                + " exception when query_canceled then null; end $$";
        assertThat(ask(client, "set statement_timeout = 400")).endsWith("ZI");
        client.send(parse("", survives), bind("", ""), execute());
        client.send(parse("", "select 1 as a from pg_sleep(30)"), bind("", ""), execute(), sync());

        assertThat(client.expect("12C12EZ").get(5).text()).isEqualTo("canceling statement due to statement timeout");
        assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
    }

    @Test
    void ofTimeForLaterStatementsOfAQuery() throws Exception {
        assertThat(ask(client, "insert into t values (1); select 1 as time_50 from pg_sleep(30)"))
                .isEqualTo("C(INSERT 0 1) T[time_50] E(57014) ZI");
        assertThat(database.query("select a from t")).isEmpty();
        assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
    }
}
