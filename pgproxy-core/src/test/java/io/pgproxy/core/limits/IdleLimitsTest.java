package io.pgproxy.core.limits;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.Told;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A client that says nothing for too long is sent away, and what it held is given back. */
@WithPostgres
class IdleLimitsTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final TestDatabase database;

    IdleLimitsTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void outsideATransaction() throws Exception {
        try (LimitedProxy proxy = LimitedProxy.before(
                        database, limits -> limits.clientIdle(SHORT).idleInTransaction(LONG));
                ScriptedClient idle = proxy.client();
                ScriptedClient inBlock = proxy.client();
                ScriptedClient busy = proxy.client()) {
            ask(inBlock, "begin");
            busy.send(query("select pg_sleep(1)"));

            WireMessage last = idle.readMessage();
            assertThat(last.sqlState()).isEqualTo("57P05");
            assertThat(last.severity()).isEqualTo("FATAL");
            assertThat(last.text())
                    .isEqualTo("terminating connection due to the proxy's idle-session timeout of 300 ms");
            assertThat(idle.readMessage()).isEqualTo(WireMessage.END);
            Await.until("its upstream is gone", () -> proxy.upstreamOf(idle).equals("gone"));
            assertThat(Told.next(busy)).endsWith("ZI");
            assertThat(ask(inBlock, "commit")).isEqualTo("C(COMMIT) ZI");
        }
    }

    @Test
    void withinATransaction() throws Exception {
        database.execute("drop table if exists held; create table held (a int)");
        try (LimitedProxy proxy = LimitedProxy.before(
                        database, limits -> limits.clientIdle(LONG).idleInTransaction(SHORT));
                ScriptedClient inBlock = proxy.client();
                ScriptedClient inBatch = proxy.client();
                ScriptedClient idle = proxy.client()) {
            ask(inBlock, "begin; lock table held");
            WireMessage last = inBlock.readMessage();
            assertThat(last.sqlState()).isEqualTo("25P03");
            assertThat(last.text())
                    .isEqualTo("terminating connection due to the proxy's idle-in-transaction timeout of 300 ms");
            assertThat(inBlock.readMessage()).isEqualTo(WireMessage.END);

            // Without Sync it holds what it has locked just the same.
            inBatch.send(parse("", "insert into held values (1)"), bind("", ""), execute(), flush());
            assertThat(WireMessage.tags(inBatch.readUntilReady())).startsWith("12CE");
            assertThat(database.query("select * from held")).isEmpty();
            assertThat(ask(idle, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        }
    }

    @Test
    void whoeverSaysSomethingInTimeStays() throws Exception {
        try (LimitedProxy proxy = LimitedProxy.before(database, limits -> limits.clientIdle(SHORT));
                ScriptedClient client = proxy.client()) {
            long end = System.nanoTime() + 3 * SHORT.toNanos();
            while (System.nanoTime() < end) {
                assertThat(ask(client, "select 1 as a from pg_sleep(0.05)")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
            }
            assertThat(client.readMessage().sqlState()).isEqualTo("57P05");
        }
    }

    @Test
    void aLimitThatComesLaterHoldsForThoseWhoAreThere() throws Exception {
        try (LimitedProxy proxy = LimitedProxy.before(database, limits -> limits);
                ScriptedClient client = proxy.client()) {
            ask(client, "select 1");
            proxy.server()
                    .limits(proxy.server().limits().toBuilder()
                            .clientIdle(SHORT)
                            .build());
            assertThat(client.readMessage().sqlState()).isEqualTo("57P05");
        }
    }
}
