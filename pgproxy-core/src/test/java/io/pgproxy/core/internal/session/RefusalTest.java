package io.pgproxy.core.internal.session;

import static io.pgproxy.core.internal.session.Conversation.extended;
import static io.pgproxy.core.internal.session.Conversation.join;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.CharsetUtil;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A refusal looks like PostgreSQL's own error in its place: the direct run has a statement there that the server itself
 * refuses, and gives the same messages; and what the batch did before is undone on the server.
 */
@WithPostgres
class RefusalTest {
    private static final PgError REFUSED = PgError.of("42703", "refused");

    private final TestDatabase database;
    private SteeredProxy proxy;

    RefusalTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("drop table if exists t; create table t (a int)");
        proxy = SteeredProxy.before(database, session -> RefusalTest::decide);
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    /** Refuses what holds the word, wherever it stands. The direct run sends SQL that fails with the same SQLSTATE. */
    private static void decide(Frame frame, Traffic traffic) {
        String text = frame.bytes().toString(CharsetUtil.ISO_8859_1);
        if (text.contains("refuse_me")) {
            traffic.refuse(frame, REFUSED);
        } else {
            traffic.forward(frame);
        }
    }

    /** What fails by itself in the direct run (42703, at Parse) and is refused through the proxy. */
    private static final String FAILS = "select refuse_me";

    @Test
    void aQueryAlone() throws Exception {
        same(2, query(FAILS), query("select 1"));
    }

    @Test
    void aQueryBehindQueriesInFlight() throws Exception {
        same(4, query("select pg_sleep(0.1), 1"), query(FAILS), query("select 2"), extended("select 3"));
    }

    @Test
    void aQueryInABlockFailsTheBlock() throws Exception {
        same(
                5,
                query("begin"),
                query("insert into t values (1)"),
                query(FAILS),
                query("insert into t values (2)"),
                query("commit"));
        assertThat(rows()).isZero();
    }

    @Test
    void savepointsAreHonoured() throws Exception {
        same(
                6,
                query("begin; insert into t values (1); savepoint s"),
                query(FAILS),
                query(FAILS),
                query("rollback to savepoint s"),
                query("insert into t values (2)"),
                query("commit"));
        assertThat(rows()).isEqualTo(2);
    }

    @Test
    void aFailedBlockThatWasRolledBackInTheSameBatchIsNotFailedAnyMore() throws Exception {
        same(
                3,
                query("begin"),
                query("select 1/0"),
                join(
                        parse("", "rollback"),
                        bind("", ""),
                        execute("", 0),
                        parse("", FAILS),
                        bind("", ""),
                        execute("", 0),
                        sync()));
    }

    @Test
    void aBatchIsRolledBackAsAWhole() throws Exception {
        same(1, join(insert(1), insert(2), parse("", FAILS), bind("", ""), describePortal(""), execute("", 0), sync()));
        assertThat(rows()).isZero();
    }

    @Test
    void messagesBehindTheRefusalAreSkippedUpToSync() throws Exception {
        same(
                3,
                join(insert(1), parse("", FAILS), bind("", ""), query("select 'skipped'"), insert(2), sync()),
                extended("select 'after'::text"),
                query("select count(*) from t"));
        assertThat(rows()).isZero();
    }

    @Test
    void exchangesPipelinedBeforeAndAfterAreUnharmed() throws Exception {
        same(
                4,
                join(insert(1), sync()),
                join(insert(2), parse("", FAILS), bind("", ""), sync()),
                join(insert(3), sync()),
                query("select a from t order by a"));
    }

    @Test
    void aBindIsRefusedBehindAnAcceptedParse() throws Exception {
        // direct: the server itself cannot read the parameter
        byte[] parse = parse("kept", "select $1::int + 1");
        List<String> expected = direct(
                3, join(insert(1), parse, bind("p", "kept", "x"), execute("p", 0), sync()), bound("5"), bound("6"));
        List<String> seen = proxied(
                3,
                join(insert(1), parse, bind("refuse_me", "kept", "7"), execute("p", 0), sync()),
                bound("5"),
                bound("6"));
        assertThat(seen).isEqualTo(replaced(expected, "E 22P02", "E 42703"));
        assertThat(rows()).isZero();
    }

    @Test
    void anExecuteIsRefusedBehindAnAcceptedBind() throws Exception {
        List<String> expected = direct(
                2,
                join(
                        insert(1),
                        parse("s", "select 1/(floor(random())::int * $1::int)"),
                        bind("p", "s", "0"),
                        describePortal("p"),
                        execute("p", 0),
                        sync()),
                query("select 1"));
        List<String> refusedExecute = proxied(
                2,
                join(
                        insert(1),
                        parse("s", "select 1/(floor(random())::int * $1::int)"),
                        bind("p", "s", "1"),
                        describePortal("p"),
                        execute("refuse_me", 0),
                        sync()),
                query("select 1"));
        assertThat(refusedExecute).isEqualTo(replaced(expected, "E 22012", "E 42703"));
        assertThat(rows()).isZero();
    }

    @Test
    void inABlockARefusedBatchFailsTheBlock() throws Exception {
        same(
                4,
                query("begin"),
                join(insert(1), parse("", FAILS), bind("", ""), execute("", 0), sync()),
                extended("select 'in failed block'::text"),
                query("rollback"));
        assertThat(rows()).isZero();
    }

    @Test
    void inAFailedBlockTheErrorIsTheServersOwn() throws Exception {
        same(4, query("begin"), query("select 1/0"), query(FAILS), query("rollback"));
    }

    @Test
    void describeAndCloseAreRefusedInTheirPlaces() throws Exception {
        List<String> seen = proxied(
                2,
                join(parse("a", "select 1"), describeStatement("refuse_me"), closeStatement("a"), sync()),
                join(describeStatement("a"), closeStatement("refuse_me"), bind("", "a"), sync()));
        assertThat(seen.stream().map(line -> line.substring(0, 1))).containsExactly("1", "E", "Z", "t", "T", "E", "Z");
    }

    @Test
    void theErrorComesAtOnceAndNotAtSync() throws Exception {
        for (byte[] before : List.of(new byte[0], insert(1))) {
            try (ScriptedClient client = proxy.connect(database)) {
                client.send(before, parse("", FAILS), flush());
                client.expectNext(before.length == 0 ? "E" : "12CE");
                client.send(sync());
                client.expectNext("Z");
            }
        }
    }

    @Test
    void aRefusedQueryWithinABatchIsSkippedIfTheBatchHasFailed() throws Exception {
        same(2, join(parse("", "select 'syntax"), query(FAILS), sync()), query("select 1"));
    }

    private static byte[] insert(int value) {
        return join(parse("", "insert into t values (" + value + ")"), bind("", ""), execute("", 0));
    }

    private static byte[] bound(String value) {
        return join(bind("", "kept", value), execute("", 0), sync());
    }

    private int rows() throws Exception {
        return Integer.parseInt(
                String.valueOf(database.query("select count(*) from t").get(0).get(0)));
    }

    private static List<String> replaced(List<String> lines, String from, String to) {
        return lines.stream().map(line -> line.equals(from) ? to : line).toList();
    }

    private List<String> direct(int ready, byte[]... messages) throws Exception {
        database.execute("truncate t");
        try (ScriptedClient client = SteeredProxy.direct(database)) {
            return Conversation.run(client, ready, messages);
        }
    }

    private List<String> proxied(int ready, byte[]... messages) throws Exception {
        database.execute("truncate t");
        try (ScriptedClient client = proxy.connect(database)) {
            return Conversation.run(client, ready, messages);
        }
    }

    private void same(int ready, byte[]... messages) throws Exception {
        List<String> expected = direct(ready, messages);
        assertThat(proxied(ready, messages)).isEqualTo(expected);
    }
}
