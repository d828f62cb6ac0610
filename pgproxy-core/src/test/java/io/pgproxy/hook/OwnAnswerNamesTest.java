package io.pgproxy.hook;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.protocol.Column;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of names when the proxy answers by itself. */
@WithPostgres
class OwnAnswerNamesTest {
    private static final List<Column> COLUMNS = List.of(Column.int4("own"));

    private final TestDatabase database;

    OwnAnswerNamesTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void aNameThatAnOwnAnswerSeemedToChangeCanBeUsed() throws Exception {
        try (HookedProxy proxy = HookedProxy.before(database, QueryHook.answer(OwnAnswerNamesTest::answer));
                ScriptedClient client = proxy.client()) {
            client.send(query("deallocate own"));
            assertThat(tags(client, 1)).isEqualTo("TDCZ");
            client.send(Pipeline.join(parse("own", "select 1"), sync(), bind("", "own"), execute(), sync()));
            assertThat(tags(client, 2)).isEqualTo("1Z2DCZ");
        }
    }

    @Test
    void aPortalEndsWithItsTransactionThoughNoServerHoldsIt() throws Exception {
        try (HookedProxy proxy = HookedProxy.before(database, QueryHook.answer(OwnAnswerNamesTest::answer));
                ScriptedClient client = proxy.client()) {
            client.send(Pipeline.join(
                    parse("", "select own"),
                    bind("p", ""),
                    parse("n", "select 1"),
                    bind("", "n"),
                    execute(),
                    sync(),
                    execute("p", 0),
                    sync()));
            assertThat(tags(client, 2)).isEqualTo("1212DCZEZ");
        }
    }

    @Test
    void aQueryInABatchIsAnsweredBehindWhatIsHeldForARoute() throws Exception {
        try (HookedProxy proxy = HookedProxy.before(database, QueryHook.route(exchange -> Verdict.proceed()));
                ScriptedClient client = proxy.client()) {
            client.send(Pipeline.join(parse("n", "select 1"), query("select 2"), bind("", "n"), execute(), sync()));
            assertThat(tags(client, 2)).isEqualTo("1TDCZ2DCZ");
        }
    }

    @Test
    void aBatchOfWhichNothingWasSentIsRoutedThoughSomeOfItIsAnswered() throws Exception {
        QueryHook hook = QueryHook.all(
                QueryHook.answer(OwnAnswerNamesTest::answer),
                QueryHook.route(exchange -> Verdict.of(new Route.One("other"))));
        try (ProxyServer server = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(database.url())
                        .upstream("other", database.url())
                        .drainDeadline(Duration.ofSeconds(1))
                        .hook("tested", hook)
                        .build()
                        .start();
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", server.port())) {
            client.login(database.user(), database.password(), database.name());
            client.send(Pipeline.join(
                    parse("", "select own"),
                    parse("n", "select 1"),
                    bind("", "n"),
                    execute(),
                    sync(),
                    query("select 1")));
            assertThat(tags(client, 2)).isEqualTo("112DCZTDCZ");
        }
    }

    private static Verdict<Answer> answer(Statement statement) {
        return statement.sql().contains("own")
                ? Verdict.of(new Answer(
                        COLUMNS, execution -> Verdict.of(Reply.of(COLUMNS).row(4))))
                : Verdict.proceed();
    }

    private static String tags(ScriptedClient client, int ends) throws IOException {
        StringBuilder tags = new StringBuilder();
        for (int left = ends; left > 0; ) {
            WireMessage message = client.readMessage();
            tags.append(message.tag());
            if (message.tag() == 'Z' || message.equals(WireMessage.END)) {
                left--;
            }
        }
        return tags.toString();
    }
}
