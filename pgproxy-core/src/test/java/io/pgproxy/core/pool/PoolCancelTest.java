package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A CancelRequest hits what its own client runs, or nothing: never what another runs there next. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class PoolCancelTest {
    private static final int RACES = 100;

    private final ExecutorService cancels = Executors.newCachedThreadPool();
    private TestDatabase database;
    private Relay relay;

    @BeforeAll
    void start(TestDatabase given) throws Exception {
        database = given;
        relay = Relay.pooled(given, PoolSettings.transaction(1));
    }

    @AfterAll
    void stop() throws Exception {
        cancels.shutdown();
        assertThat(cancels.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        relay.close();
    }

    @Test
    void itEndsWhatRuns() throws Exception {
        try (ScriptedClient client = relay.login(database);
                ScriptedClient next = relay.login(database)) {
            client.send(query("SELECT pg_sleep(30)"));
            awaitSleep();
            next.send(query("SELECT pg_sleep(0.01)"));
            cancel(client);
            assertThat(client.expect("TEZ").get(1).sqlState()).isEqualTo("57014");
            next.expect("TDCZ");
        }
    }

    /**
     * It comes while the statement runs, while its answer is on its way, or when another already has the connection.
     */
    @Test
    void aLateOneNeverHitsTheNextClient() throws Exception {
        try (ScriptedClient one = relay.login(database);
                ScriptedClient two = relay.login(database)) {
            for (int i = 0; i < RACES; i++) {
                one.send(query("SELECT 'first'"));
                two.send(query("SELECT pg_sleep(0.001)"));
                Future<?> cancel = cancels.submit(() -> cancel(one));
                assertThat(WireMessage.tags(one.readUntilReady())).matches("TDCZ|T?EZ");
                two.expect("TDCZ");
                two.send(query("SELECT pg_sleep(0.001)"));
                two.expect("TDCZ");
                cancel.get(10, TimeUnit.SECONDS);
            }
        }
    }

    /** Each cancels itself while the other cancels itself: each hears of its own alone. */
    @Test
    void thoseOfTwoClientsDoNotCross() throws Exception {
        try (ScriptedClient one = relay.login(database);
                ScriptedClient two = relay.login(database);
                ScriptedClient bystander = relay.login(database)) {
            for (int i = 0; i < RACES / 2; i++) {
                one.send(query("SELECT pg_sleep(0.001)"));
                two.send(parse("s", "SELECT pg_sleep(0.001)"), bind("", "s"), execute(), sync());
                bystander.send(query("SELECT pg_sleep(0.001)"));
                Future<?> first = cancels.submit(() -> cancel(one));
                Future<?> second = cancels.submit(() -> cancel(two));
                bystander.expect("TDCZ");
                assertThat(WireMessage.tags(one.readUntilReady())).matches("TDCZ|T?EZ");
                List<WireMessage> heard = two.readUntilReady();
                assertThat(WireMessage.tags(heard)).matches("12DCZ|1?2?EZ");
                heard.stream()
                        .filter(message -> message.tag() == 'E')
                        .forEach(error -> assertThat(error.sqlState()).isEqualTo("57014"));
                first.get(10, TimeUnit.SECONDS);
                second.get(10, TimeUnit.SECONDS);
                two.send(query("DEALLOCATE ALL"));
                two.expect("CZ");
            }
        }
    }

    /**
     * What brings the settings, and what asks for them, is the pool's: it must not be hit, or the session would end.
     */
    @Test
    void itNeverHitsWhatThePoolAsks() throws Exception {
        try (ScriptedClient one = relay.login(database);
                ScriptedClient two = relay.login(database)) {
            two.send(query("SET my.x = 'two'"));
            two.expect("CZ");
            for (int i = 0; i < RACES; i++) {
                one.send(query("SET my.x = 'one" + i + "'"));
                Future<?> cancel = cancels.submit(() -> cancel(one));
                assertThat(WireMessage.tags(one.readUntilReady())).matches("CZ|EZ");
                two.send(query("SELECT current_setting('my.x')"));
                assertThat(two.expect("TDCZ").get(1).values()).containsExactly("two");
                cancel.get(10, TimeUnit.SECONDS);
            }
            one.send(query("SET my.x = 'last'; SELECT current_setting('my.x')"));
            one.expect("CTDCZ");
        }
    }

    @Test
    void whoWaitsIsAnswered() throws Exception {
        try (ScriptedClient holder = relay.login(database);
                ScriptedClient waiting = relay.login(database)) {
            holder.send(query("BEGIN"));
            holder.expect("CZ");
            waiting.send(query("SELECT 'cancelled'"), query("SELECT 'not'"));
            awaitWaiting(1);
            cancel(waiting);
            assertThat(waiting.expect("EZ").get(0).sqlState()).isEqualTo("57014");
            awaitWaiting(1);
            holder.send(query("COMMIT"));
            holder.expect("CZ");
            assertThat(waiting.expect("TDCZ").get(1).values()).containsExactly("not");
        }
    }

    @Test
    void whoWaitsWithABatchIsAnsweredAtItsEnd() throws Exception {
        try (ScriptedClient holder = relay.login(database);
                ScriptedClient waiting = relay.login(database)) {
            holder.send(query("BEGIN"));
            holder.expect("CZ");
            waiting.send(parse("", "SELECT 1"), bind("", ""), execute(), sync());
            awaitWaiting(1);
            cancel(waiting);
            assertThat(waiting.expect("EZ").get(0).sqlState()).isEqualTo("57014");
            awaitWaiting(0);
            holder.send(query("COMMIT"));
            holder.expect("CZ");
            waiting.send(query("SELECT 1"));
            waiting.expect("TDCZ");
        }
    }

    /** The race between the queue's head, which is served at that moment, and its cancel. */
    @Test
    void whoIsServedAtThatMomentHearsOfOneOrTheOther() throws Exception {
        try (ScriptedClient holder = relay.login(database);
                ScriptedClient waiting = relay.login(database);
                ScriptedClient behind = relay.login(database)) {
            for (int i = 0; i < RACES / 2; i++) {
                holder.send(query("BEGIN"));
                holder.expect("CZ");
                waiting.send(query("SELECT 'waiting'"));
                awaitWaiting(1);
                behind.send(query("SELECT pg_sleep(0.001)"));
                Future<?> cancel = cancels.submit(() -> cancel(waiting));
                holder.send(query("COMMIT"));
                holder.expect("CZ");
                assertThat(WireMessage.tags(waiting.readUntilReady())).matches("TDCZ|T?EZ");
                behind.expect("TDCZ");
                cancel.get(10, TimeUnit.SECONDS);
                waiting.send(query("SELECT 'next'"));
                waiting.expect("TDCZ");
            }
        }
    }

    /** Nothing runs: the connection that the client had last may be another's. */
    @Test
    void whoIsIdleHasNothingToCancel() throws Exception {
        try (ScriptedClient idle = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            idle.send(query("SELECT 1"));
            idle.expect("TDCZ");
            other.send(query("SELECT pg_sleep(0.3)"));
            awaitSleep();
            cancel(idle);
            other.expect("TDCZ");
        }
    }

    private Void cancel(ScriptedClient client) throws IOException {
        ScriptedClient.cancel("127.0.0.1", relay.port(), client.processId(), client.secretKey());
        return null;
    }

    private void awaitSleep() throws Exception {
        String sleeps = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
        Await.until("a query sleeps", () -> !database.query(sleeps).isEmpty());
    }

    private void awaitWaiting(int count) throws Exception {
        Await.until(count + " wait", () -> relay.server().pools().get(0).waiting() == count);
    }
}
