package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.metrics.ProxyMetrics;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The time that a statement waits for a connection is none that the server has taken. */
@WithPostgres
class QueueTimeTest {
    private static final Duration WAIT = Duration.ofMillis(300);

    private final TestDatabase database;

    QueueTimeTest(TestDatabase database) {
        this.database = database;
    }

    private record Took(Duration queued, Duration upstream, Duration proxy) {}

    private static final class Times implements ProxyMetrics {
        private final BlockingQueue<Took> all = new LinkedBlockingQueue<>();

        @Override
        public void took(StatementKind kind, long queued, long upstream, long proxy) {
            all.add(new Took(Duration.ofNanos(queued), Duration.ofNanos(upstream), Duration.ofNanos(proxy)));
        }
    }

    private static void assertWaited(Took took) {
        assertThat(took.queued()).isGreaterThanOrEqualTo(WAIT);
        assertThat(took.upstream()).isPositive().isLessThan(WAIT);
        assertThat(took.proxy()).isGreaterThanOrEqualTo(Duration.ZERO).isLessThan(WAIT);
    }

    private static void assertDidNotWait(Took took) {
        assertThat(took.queued()).isLessThan(WAIT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itIsShownApart(boolean prepared) throws Exception {
        Times times = new Times();
        byte[][] asked = prepared
                ? new byte[][] {parse("", "select 1"), bind("", ""), execute(), sync()}
                : new byte[][] {query("select 1")};
        waitAndAsk(server -> server.metrics(times), asked);

        assertDidNotWait(times.all.take()); // begin
        List<Took> rest = List.of(times.all.take(), times.all.take(), times.all.take());
        assertThat(rest)
                .filteredOn(took -> took.queued().compareTo(WAIT) >= 0)
                .hasSize(1)
                .allSatisfy(QueueTimeTest::assertWaited);
    }

    @Test
    void itIsToldApart() throws Exception {
        BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
        Times times = new Times();
        waitAndAsk(
                server -> server.metrics(times).hook("outcomes", new ObserveHook() {
                    @Override
                    public void completed(Execution execution, Outcome outcome) {
                        if (execution.statement().facts().kind() == StatementKind.SELECT) {
                            outcomes.add(outcome);
                        }
                    }
                }),
                query("select 1"));

        Outcome late = outcomes.poll(10, TimeUnit.SECONDS);
        assertThat(late.waited()).isGreaterThanOrEqualTo(WAIT);
        assertThat(late.ran()).isPositive().isLessThan(WAIT);
        assertThat(outcomes.poll(10, TimeUnit.SECONDS).waited()).isLessThan(WAIT);
        assertThat(times.all)
                .filteredOn(took -> took.queued().compareTo(WAIT) >= 0)
                .hasSize(1);
    }

    /** A client waits for another one's transaction, and then asks once more. */
    private void waitAndAsk(UnaryOperator<ProxyServerBuilder> with, byte[]... asked) throws Exception {
        ProxyServerBuilder builder =
                ProxyServer.builder().listen("127.0.0.1", 0).upstream(database.url(), PoolSettings.transaction(1));
        try (ProxyServer server = with.apply(builder).build().start();
                ScriptedClient busy = login(server);
                ScriptedClient late = login(server)) {
            busy.send(query("begin"));
            busy.expect("CZ");
            late.send(asked);
            Await.until("it waits", () -> server.pools().get(0).waiting() == 1);
            Await.until(
                    "it has waited for some time",
                    () -> server.pools().get(0).longestWait().compareTo(WAIT) > 0);
            busy.send(query("commit"));
            busy.expect("CZ");
            late.expect(asked.length == 1 ? "TDCZ" : "12DCZ");
            late.send(query("select 2"));
            late.expect("TDCZ");
        }
    }

    private ScriptedClient login(ProxyServer server) throws Exception {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", server.port());
        client.login(database.user(), database.password(), database.name());
        return client;
    }
}
