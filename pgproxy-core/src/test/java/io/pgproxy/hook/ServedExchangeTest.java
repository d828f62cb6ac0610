package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.bindBinary;
import static io.pgproxy.testkit.peer.FrontendBytes.closePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An exchange whose executions are all served goes nowhere. The pool has one connection, and somebody else keeps that
 * from the moment on when everything was recorded.
 */
@WithPostgres
@Timeout(60)
class ServedExchangeTest {
    private static final String ROWS = "select a, b from kept order by a";
    private static final String ONE = "select b from kept where a = $1";
    private static final int INT4 = 23;

    private final TestDatabase database;
    private final List<String> outcomes = new CopyOnWriteArrayList<>();
    private ProxyServer server;
    private ScriptedClient client;
    private ScriptedClient holder;

    ServedExchangeTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("drop table if exists kept, other; create table kept as select n as a, 'r' || n as b"
                + " from generate_series(1, 3) n; create table other (a int)");
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), PoolSettings.transaction(1))
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .hook("shelf", Shelf.of("kept"))
                .hook(
                        "watch",
                        QueryHook.observe((execution, outcome) ->
                                outcomes.add(outcome.status() + " " + outcome.source() + " " + outcome.rows())))
                .build()
                .start();
        client = login();
        holder = login();
    }

    private ScriptedClient login() throws Exception {
        ScriptedClient one = ScriptedClient.connect("127.0.0.1", server.port());
        one.login(database.user(), database.password(), database.name());
        return one;
    }

    @AfterEach
    void stop() throws Exception {
        holder.close();
        client.close();
        server.close();
    }

    /** From now on whoever needs a connection waits for ever. */
    private void hold() throws Exception {
        assertThat(ask(holder, "begin")).isEqualTo("C(BEGIN) ZT");
        outcomes.clear();
    }

    private void letGo() throws Exception {
        assertThat(ask(holder, "commit")).isEqualTo("C(COMMIT) ZI");
    }

    private static byte[][] described(String statement, String sql, String... values) {
        return new byte[][] {
            parse(statement, sql),
            describeStatement(statement),
            bind("", statement, values),
            describePortal(""),
            execute(),
            sync()
        };
    }

    private List<WireMessage> bytes(byte[]... messages) throws Exception {
        client.send(messages);
        return client.readUntilReady();
    }

    @Test
    void isAnsweredAsItWasRecorded() throws Exception {
        List<WireMessage> recorded = bytes(described("", ROWS));
        List<WireMessage> withParameter = bytes(described("", ONE, "2"));
        hold();

        for (String name : new String[] {"", "s"}) {
            assertThat(bytes(described(name, ROWS))).isEqualTo(recorded);
        }
        assertThat(bytes(described("t", ONE, "2"))).isEqualTo(withParameter);
        assertThat(ask(client, bind("", "t", "2"), execute(), sync())).isEqualTo("2 D[r2] C(SELECT 1) ZI");
        assertThat(outcomes)
                .containsExactly("SUCCEEDED CACHE 3", "SUCCEEDED CACHE 3", "SUCCEEDED CACHE 1", "SUCCEEDED CACHE 1");
    }

    @Test
    void inParts() throws Exception {
        ask(client, parse("", ROWS), bind("", ""), execute(), sync());
        hold();

        assertThat(ask(
                        client,
                        parse("", ROWS),
                        bind("p", ""),
                        execute("p", 2),
                        execute("p", 2),
                        execute("p", 2),
                        closePortal("p"),
                        closeStatement(""),
                        sync()))
                .isEqualTo("1 2 D[1, r1] D[2, r2] s D[3, r3] C(SELECT 1) C(SELECT 0) 3 3 ZI");
        assertThat(outcomes).containsExactly("SUCCEEDED CACHE 3");
    }

    @Test
    void severalInOnePipelineInWhateverOrder() throws Exception {
        ask(client, described("", ROWS));
        ask(client, described("", ONE, "1"));
        ask(client, described("", ONE, "2"));
        hold();

        assertThat(ask(
                        client,
                        parse("r", ROWS),
                        parse("o", ONE),
                        bind("x", "r"),
                        bind("y", "o", "1"),
                        bind("z", "o", "2"),
                        execute("y", 0),
                        describeStatement("o"),
                        execute("z", 0),
                        describePortal("x"),
                        execute("x", 0),
                        sync()))
                .isEqualTo("1 1 2 2 2 D[r1] C(SELECT 1) t T[b] D[r2] C(SELECT 1)"
                        + " T[a, b] D[1, r1] D[2, r2] D[3, r3] C(SELECT 3) ZI");
    }

    @Test
    void upToAFlush() throws Exception {
        ask(client, described("", ROWS));
        hold();

        client.send(parse("", ROWS), bind("", ""), execute(), flush());
        client.expectNext("12DDDC");
        client.send(bind("", ""), execute("", 1), flush());
        client.expectNext("2Ds");
        client.send(execute("", 0), sync());
        client.expect("DDCZ");
    }

    @Test
    void manyExchangesInOnePipeline() throws Exception {
        ask(client, described("", ROWS));
        hold();
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.addAll(List.of(described("", ROWS)));
        }
        client.send(all.toArray(byte[][]::new));

        for (int i = 0; i < 200; i++) {
            assertThat(Told.next(client)).isEqualTo("1 t T[a, b] 2 T[a, b] D[1, r1] D[2, r2] D[3, r3] C(SELECT 3) ZI");
        }
    }

    @Test
    void withBinaryResultsAndTypesThatTheClientNamed() throws Exception {
        byte[][] undescribed = {
            parse("", ONE, INT4), bindBinary("", "", List.of(new byte[] {0, 0, 0, 2})), execute(), sync()
        };
        assertThat(ask(client, undescribed)).isEqualTo("1 2 D[r2] C(SELECT 1) ZI");
        hold();

        assertThat(ask(client, undescribed)).isEqualTo("1 2 D[r2] C(SELECT 1) ZI");
        assertThat(ask(
                        client,
                        parse("", ONE, INT4),
                        describeStatement(""),
                        bindBinary("", "", List.of(new byte[] {0, 0, 0, 2})),
                        describePortal(""),
                        execute(),
                        sync()))
                .isEqualTo("1 t T[b] 2 T[b*] D[r2] C(SELECT 1) ZI");
    }

    @Test
    void whatMissesGoesUpstreamWithAllThatItNeeds() throws Exception {
        ask(client, described("", ROWS));
        ask(client, described("", ONE, "1"));
        outcomes.clear();

        assertThat(ask(
                        client,
                        parse("r", ROWS),
                        bind("", "r"),
                        execute(),
                        parse("o", ONE),
                        describeStatement("o"),
                        bind("", "o", "1"),
                        execute(),
                        bind("", "o", "3"),
                        execute(),
                        bind("", "r"),
                        execute(),
                        parse("", "insert into other values (1)"),
                        bind("", ""),
                        execute(),
                        sync()))
                .isEqualTo("1 2 D[1, r1] D[2, r2] D[3, r3] C(SELECT 3) 1 t T[b] 2 D[r1] C(SELECT 1) 2 D[r3] C(SELECT 1)"
                        + " 2 D[1, r1] D[2, r2] D[3, r3] C(SELECT 3) 1 2 C(INSERT 0 1) ZI");
        assertThat(outcomes)
                .containsExactly(
                        "SUCCEEDED CACHE 3",
                        "SUCCEEDED CACHE 1",
                        "SUCCEEDED UPSTREAM 1",
                        "SUCCEEDED CACHE 3",
                        "SUCCEEDED UPSTREAM 1");
    }

    @Test
    void whatIsOnlyPreparedGoesUpstreamAndIsThere() throws Exception {
        ask(client, described("", ROWS));

        assertThat(ask(client, parse("p", "select 1 as kept"), describeStatement("p"), sync()))
                .isEqualTo("1 t T[kept] ZI");
        assertThat(ask(client, parse("q", "select no such"), describeStatement("q"), sync()))
                .isEqualTo("E(42703) ZI");
        client.send(parse("f", ONE, INT4), describeStatement("f"), flush());
        client.expectNext("1tT");
        assertThat(ask(client, bind("", "f", "1"), execute(), sync())).isEqualTo("2 D[r1] C(SELECT 1) ZI");
        assertThat(ask(
                        client,
                        parse("u", "select 2 as u"),
                        parse("r", ROWS),
                        bind("", "r"),
                        execute(),
                        bind("", "u"),
                        execute(),
                        sync()))
                .isEqualTo("1 1 2 D[1, r1] D[2, r2] D[3, r3] C(SELECT 3) 2 D[2] C(SELECT 1) ZI");
        assertThat(ask(client, bind("", "u"), execute(), sync())).isEqualTo("2 D[2] C(SELECT 1) ZI");
    }

    /** Statements that were answered here, each by what needs it upstream for the first time. */
    @Test
    void whatWasNotSentIsSentWhenItIsNeeded() throws Exception {
        ask(client, described("", ONE, "1"));
        hold();
        for (String name : new String[] {"", "b", "d", "e", "x", "p", "c"}) {
            assertThat(ask(client, parse(name, ONE), bind("", name, "1"), execute(), sync()))
                    .isEqualTo("1 2 D[r1] C(SELECT 1) ZI");
        }
        letGo();

        assertThat(ask(client, bind("", "", "2"), execute(), bind("", "", "3"), execute(), sync()))
                .isEqualTo("2 D[r2] C(SELECT 1) 2 D[r3] C(SELECT 1) ZI");
        assertThat(ask(client, bind("", "b", "4"), describePortal(""), execute(), sync()))
                .isEqualTo("2 T[b] C(SELECT 0) ZI");
        assertThat(ask(client, describeStatement("d"), sync())).isEqualTo("t T[b] ZI");
        assertThat(ask(client, "execute e(3)")).isEqualTo("T[b] D[r3] C(SELECT 1) ZI");
        assertThat(ask(client, parse("", "execute x(3)"), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[r3] C(SELECT 1) ZI");
        assertThat(ask(client, parse("p", ROWS), sync())).isEqualTo("E(42P05) ZI");
        assertThat(ask(client, "prepare p as select 1")).isEqualTo("E(42P05) ZI");
        assertThat(ask(client, closeStatement("c"), sync())).isEqualTo("3 ZI");
        assertThat(ask(client, bind("", "c", "1"), execute(), sync())).isEqualTo("E(26000) ZI");
        assertThat(ask(client, "deallocate d; deallocate p")).isEqualTo("C(DEALLOCATE) C(DEALLOCATE) ZI");
        assertThat(ask(client, bind("", "d", "1"), execute(), sync())).isEqualTo("E(26000) ZI");
        assertThat(ask(client, bind("", "", "1"), execute(), sync())).isEqualTo("E(26000) ZI");
    }

    @Test
    void theErrorOfALateParseIsTold() throws Exception {
        ask(client, described("", ONE, "1"));
        assertThat(ask(client, parse("s", ONE), bind("", "s", "1"), execute(), sync()))
                .isEqualTo("1 2 D[r1] C(SELECT 1) ZI");
        database.execute("drop table kept");

        assertThat(ask(client, bind("", "s", "2"), execute(), sync())).isEqualTo("E(42P01) ZI");
        assertThat(ask(client, "execute s(2)")).isEqualTo("E(42P01) ZI");
        assertThat(ask(client, bind("", "s", "1"), execute(), sync())).isEqualTo("2 D[r1] C(SELECT 1) ZI");
        assertThat(outcomes).contains("FAILED UPSTREAM 0");
    }

    @Test
    void columnsThatWereToldStay() throws Exception {
        ask(client, described("", "select * from kept where a = $1", "1"));
        ask(client, described("told", "select * from kept where a = $1", "1"));
        assertThat(ask(
                        client,
                        parse("untold", "select * from kept where a = $1"),
                        bind("", "untold", "1"),
                        execute(),
                        sync()))
                .isEqualTo("1 2 D[1, r1] C(SELECT 1) ZI");
        database.execute("alter table kept add column c int");

        assertThat(ask(client, bind("", "told", "2"), execute(), sync())).isEqualTo("E(0A000) ZI");
        assertThat(ask(client, bind("", "untold", "2"), execute(), sync())).isEqualTo("E(0A000) ZI");
        assertThat(ask(client, bind("", "told", "1"), execute(), sync())).isEqualTo("2 D[1, r1] C(SELECT 1) ZI");
    }

    @Test
    void inABlockThatIsSound() throws Exception {
        ask(client, described("", ROWS));
        ask(client, "begin");
        assertThat(ask(client, parse("s", ROWS), bind("p", "s"), execute("p", 1), sync()))
                .isEqualTo("1 2 D[1, r1] s ZT");
        assertThat(ask(client, execute("p", 1), sync())).isEqualTo("D[2, r2] s ZT");
        assertThat(ask(client, "select 1/0")).isEqualTo("E(22012) ZE");
        assertThat(ask(client, parse("", ROWS), bind("", ""), execute(), sync()))
                .isEqualTo("E(25P02) ZE");
        assertThat(ask(client, bind("", "s"), execute(), sync())).isEqualTo("E(25P02) ZE");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
        client.send(query("begin"), query("select 1/0"));
        client.send(parse("", ROWS), bind("", ""), execute(), sync());
        client.send(query("rollback"));
        client.expectNext("CZEZEZCZ");
    }

    @Test
    void namesThatAreUnknown() throws Exception {
        ask(client, described("", ROWS));

        assertThat(ask(client, parse("", ROWS), bind("", ""), execute(), bind("", "none"), execute(), sync()))
                .isEqualTo("1 2 D[1, r1] D[2, r2] D[3, r3] C(SELECT 3) E(26000) ZI");
        assertThat(ask(client, parse("", ROWS), bind("", ""), execute("none", 0), sync()))
                .isEqualTo("1 2 E(34000) ZI");
        assertThat(ask(client, parse("", ROWS), bind("p", ""), bind("p", ""), sync()))
                .isEqualTo("1 2 E(42P03) ZI");
        assertThat(ask(client, parse("s", ROWS), bind("", "s"), execute(), parse("s", ROWS), bind("", "s"), sync()))
                .isEqualTo("1 2 D[1, r1] D[2, r2] D[3, r3] C(SELECT 3) E(42P05) ZI");
    }
}
