package io.pgproxy.core.internal.session;

import static io.pgproxy.core.internal.session.Conversation.extended;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.CharsetUtil;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.server.PreparedQuery;
import io.pgproxy.protocol.server.QueryResult;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An answer that the proxy makes by itself has its place in the pipeline, and looks like the server's. */
@WithPostgres
class OwnAnswerTest {
    private static final String OWN = "select 4711 as own";

    private final TestDatabase database;
    private SteeredProxy proxy;

    OwnAnswerTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        proxy = SteeredProxy.before(database, session -> OwnAnswerTest::decide);
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private static void decide(Frame frame, Traffic traffic) {
        if (traffic.isFirstOfExchange()
                && frame.bytes().toString(CharsetUtil.UTF_8).contains(OWN)) {
            traffic.answer(
                    frame,
                    new ServedAnswer((sql, types) -> PreparedQuery.of(
                            List.of(Column.int4("own")), given -> QueryResult.rows(List.of(List.of(4711))))));
        } else {
            traffic.forward(frame);
        }
    }

    @Test
    void aSimpleAnswerInMidPipelineIsByteForByteThatOfTheServer() throws Exception {
        same(3, query("select pg_sleep(0.1), 1"), query(OWN), query("select 2"));
    }

    @Test
    void anExtendedAnswerInMidPipelineIsByteForByteThatOfTheServer() throws Exception {
        same(
                4,
                extended("select pg_sleep(0.1)::text"),
                extended(OWN),
                extended("select 'three'::text"),
                query("select 4"));
    }

    @Test
    void severalOwnAnswersInARowKeepTheirPlaces() throws Exception {
        same(5, query(OWN), extended(OWN), query("select 1"), query(OWN), query(OWN));
    }

    @Test
    void anOwnAnswerBehindAnErrorIsStillGiven() throws Exception {
        same(3, extended("select 1/0"), extended(OWN), query("select 3"));
    }

    @Test
    void inABlockReadyForQuerySaysSo() throws Exception {
        same(4, query("begin"), query(OWN), extended(OWN), query("commit"));
    }

    @Test
    void anOwnAnswerIsFlushedWithoutSync() throws Exception {
        try (ScriptedClient client = proxy.connect(database)) {
            client.send(parse("", OWN), bind("", ""), describePortal(""), execute("", 0), flush());
            client.expectNext("12TDC");
            client.send(sync());
            client.expectNext("Z");
        }
    }

    @Test
    void notificationsReachAClientThatWasLastAnsweredByTheProxy() throws Exception {
        try (ScriptedClient client = proxy.connect(database)) {
            Conversation.run(client, 2, query("listen news"), query(OWN));
            database.execute("notify news");
            client.expectNext("A");
        }
    }

    private void same(int ready, byte[]... messages) throws Exception {
        try (ScriptedClient direct = SteeredProxy.direct(database);
                ScriptedClient proxied = proxy.connect(database)) {
            List<String> expected = Conversation.run(direct, ready, messages);
            assertThat(Conversation.run(proxied, ready, messages)).isEqualTo(expected);
        }
    }
}
