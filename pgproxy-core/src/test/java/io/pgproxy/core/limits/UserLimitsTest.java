package io.pgproxy.core.limits;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Told;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one user may run at once and in a second, over all sessions: the same with hooks and without. */
@WithPostgres
class UserLimitsTest {
    private static final String USABLE = "T[a] D[1] C(SELECT 1) ZI";

    private final TestDatabase database;

    UserLimitsTest(TestDatabase database) {
        this.database = database;
    }

    private LimitedProxy proxy(Limits limits, boolean hooked) throws Exception {
        var builder = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + database.host() + ":" + database.port())
                .drainDeadline(Duration.ofSeconds(1))
                .limits(limits);
        if (hooked) {
            builder.hook("reads", QueryHook.admit(execution -> Verdict.proceed()));
        }
        return new LimitedProxy(builder.build().start(), database);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void atOnce(boolean hooked) throws Exception {
        try (LimitedProxy proxy = proxy(Limits.builder().concurrentQueries(2).build(), hooked);
                ScriptedClient first = proxy.client();
                ScriptedClient second = proxy.client();
                ScriptedClient third = proxy.client()) {
            first.send(query("select 1 as a from pg_sleep(30)"));
            second.send(parse("", "select 1 as a from pg_sleep(30)"), bind("", ""), execute(), sync());
            Await.until(
                    "both run",
                    () -> database.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'"
                                            + " and datname = current_database()")
                                    .size()
                            == 2);

            assertThat(ask(third, "select 1 as a")).isEqualTo("E(53400) ZI");
            assertThat(ask(third, parse("", "select 1"), bind("", ""), execute(), sync()))
                    .isEqualTo("1 2 E(53400) ZI");
            third.send(query("select 1"));
            assertThat(third.readMessage().text())
                    .isEqualTo("user \"" + database.user() + "\" is over the limit of 2 queries at once");
            third.readUntilReady();
            ScriptedClient.cancel("127.0.0.1", proxy.server().port(), first.processId(), first.secretKey());
            assertThat(Told.next(first)).endsWith("E(57014) ZI");
            Await.until("there is room", () -> ask(third, "select 1 as a").equals(USABLE));
            second.close();
            Await.until("the other one is gone", () -> proxy.upstreamOf(second).equals("gone"));
            assertThat(ask(third, "select 1 as a")).isEqualTo(USABLE);
            assertThat(ask(first, "begin")).isEqualTo("C(BEGIN) ZT");
            assertThat(ask(first, "commit")).isEqualTo("C(COMMIT) ZI");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void inASecond(boolean hooked) throws Exception {
        try (LimitedProxy proxy = proxy(Limits.builder().queriesPerSecond(20).build(), hooked);
                ScriptedClient first = proxy.client();
                ScriptedClient second = proxy.client()) {
            int passed = 0;
            String said = USABLE;
            ScriptedClient asking = first;
            long began = System.nanoTime();
            while (said.equals(USABLE) && passed < 1_000) {
                said = ask(asking, "select 1 as a");
                passed++;
                asking = asking == first ? second : first;
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            assertThat(said).isEqualTo("E(53400) ZI");
            assertThat(passed - 1).isBetween(20, 20 + (int) Math.ceil(20 * seconds));
            Await.until("a token has come", () -> ask(first, "select 1 as a").equals(USABLE));
            proxy.server().limits(Limits.DEFAULT);
            assertThat(ask(second, "select 1 as a")).isEqualTo(USABLE);
            assertThat(ask(second, "select 1 as a")).isEqualTo(USABLE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStatementThatIsTooLong(boolean hooked) throws Exception {
        String longer = "select 1 as a /* " + "x".repeat(200) + " */";
        try (LimitedProxy proxy = proxy(Limits.builder().statementLength(100).build(), hooked);
                ScriptedClient client = proxy.client()) {
            client.send(query(longer));
            assertThat(client.readMessage().text())
                    .isEqualTo("the statement has " + longer.length() + " bytes, more than the limit of 100 bytes");
            client.readUntilReady();
            assertThat(ask(client, parse("", longer), bind("", ""), execute(), sync()))
                    .isEqualTo("E(54000) ZI");
            assertThat(ask(client, "begin")).isEqualTo("C(BEGIN) ZT");
            client.send(query(longer), query("rollback"));
            assertThat(Told.next(client)).isEqualTo("E(54000) ZE");
            assertThat(Told.next(client)).isEqualTo("C(ROLLBACK) ZI");
            assertThat(ask(client, query("select 1 as a /* " + "x".repeat(70_000_000) + " */")))
                    .isEqualTo("E(54000) ZI");
            assertThat(ask(client, "select 1 as a")).isEqualTo(USABLE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatLeavesBehindARefusalIsGone(boolean hooked) throws Exception {
        try (LimitedProxy proxy = proxy(Limits.builder().statementLength(100).build(), hooked);
                ScriptedClient client = proxy.client()) {
            client.send(parse("", "select '" + "x".repeat(200) + "'"), terminate());
            assertThat(Told.next(client)).isEqualTo("E(54000) !");
            Await.until("it is gone", () -> proxy.server().sessionCount() == 0);
        }
    }
}
