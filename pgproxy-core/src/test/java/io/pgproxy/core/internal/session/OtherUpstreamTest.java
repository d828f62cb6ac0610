package io.pgproxy.core.internal.session;

import static io.pgproxy.core.internal.session.Conversation.extended;
import static io.pgproxy.core.internal.session.Conversation.join;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.CharsetUtil;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Exchanges of one client go to different servers; the answers keep the client's order. */
@WithPostgres
class OtherUpstreamTest {
    private final TestDatabase here;
    private final TestDatabase there;
    private Backend other;
    private SteeredProxy proxy;

    OtherUpstreamTest(TestDatabase here, @WithPostgres(name = "other") TestDatabase there) {
        this.here = here;
        this.there = there;
    }

    @BeforeEach
    void start() throws Exception {
        other = RemotePostgres.of("postgresql://" + there.host() + ":" + there.port());
        proxy = SteeredProxy.before(here, session -> new ToTheOther(session));
    }

    @AfterEach
    void stop() {
        proxy.close();
        other.close();
    }

    /** What says "there" goes to the other server, which is opened when it is first needed. */
    private final class ToTheOther implements Steering {
        private final ServingPhase session;
        private Upstream opened;

        ToTheOther(ServingPhase session) {
            this.session = session;
        }

        @Override
        public void decide(Frame frame, Traffic traffic) {
            if (!traffic.isFirstOfExchange()
                    || !frame.bytes().toString(CharsetUtil.UTF_8).contains("there")) {
                traffic.forward(frame);
            } else if (opened != null) {
                traffic.route(frame, opened);
            } else {
                QuietLogin.open(other, there, session, upstream -> {
                    opened = upstream;
                    traffic.route(frame, upstream);
                });
            }
        }
    }

    @Test
    void answersKeepTheOrderOfTheClientWhoeverIsFaster() throws Exception {
        byte[][] messages = {
            query("select 'here', pg_sleep(0.15)"),
            query("select 'there'"),
            extended("select 'there too'::text"),
            extended("select 'here again'::text"),
            query("select 'there', pg_sleep(0.1)"),
            query("select generate_series(1, 5000)"),
            query("select 'there', generate_series(1, 5000)"),
            query("select 'here, the last'")
        };
        assertThat(through(8, messages)).isEqualTo(alone(here, 8, messages));
    }

    @Test
    void eachExchangeReachesItsServer() throws Exception {
        List<String> seen =
                through(2, query("select current_database()"), query("/* there */ select current_database()"));
        List<String> expected = new ArrayList<>(alone(here, 1, query("select current_database()")));
        expected.addAll(alone(there, 1, query("select current_database()")));
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void anErrorOfTheOneDoesNotTouchTheOther() throws Exception {
        byte[][] messages = {
            join(extended("select 'there', 1/0")),
            query("select 'here'"),
            extended("select 1/0"),
            query("select 'there'"),
        };
        assertThat(through(4, messages)).isEqualTo(alone(here, 4, messages));
    }

    @Test
    void copyDataFollowsItsQuery() throws Exception {
        there.execute("create table if not exists there (a text)");
        List<String> seen = through(
                3,
                query("select 'here'"),
                query("copy there from stdin"),
                copyData("one\n"),
                copyData("two\n"),
                copyDone(),
                query("select 'here'"));
        assertThat(seen).contains("C COPY 2");
        assertThat(there.query("select count(*) from there").get(0)).containsExactly("2");
    }

    @Test
    void aSyncWithinCopyGoesWhereTheCopyGoes() throws Exception {
        there.execute("drop table if exists there_too; create table there_too (a text)");
        try (ScriptedClient client = proxy.connect(here)) {
            client.send(query("copy there_too from stdin"));
            client.expect("G");
            client.send(copyData("one\n"), sync(), copyData("two\n"), copyDone());
            assertThat(client.expect("CZ").get(0).string()).isEqualTo("COPY 2");
            client.send(query("select 'there'"), query("select 'here'"));
            client.expect("TDCZ");
            client.expect("TDCZ");
        }
    }

    private List<String> through(int ready, byte[]... messages) throws Exception {
        try (ScriptedClient client = proxy.connect(here)) {
            return Conversation.run(client, ready, messages);
        }
    }

    private static List<String> alone(TestDatabase database, int ready, byte[]... messages) throws Exception {
        try (ScriptedClient client = SteeredProxy.direct(database)) {
            return Conversation.run(client, ready, messages);
        }
    }
}
