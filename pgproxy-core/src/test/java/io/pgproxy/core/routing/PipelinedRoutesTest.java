package io.pgproxy.core.routing;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.RouteHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.pool.PoolMode;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent at once to two servers that take writes: each statement runs where it is meant to, or not at all. */
@WithPostgres
class PipelinedRoutesTest {
    private static final String WHERE = "select inet_server_port()";
    private static final String AWAY = "select /* away */ inet_server_port()";
    private static final String ANYWHERE = "select /* any */ inet_server_port()";

    private final TestDatabase database;
    private final TestDatabase elsewhere;

    PipelinedRoutesTest(TestDatabase database, @WithPostgres(name = "second") TestDatabase second) throws Exception {
        this.database = database;
        this.elsewhere = second.server().database(database.name()); // a session has one database name everywhere
        if (second.query("select from pg_database where datname = '" + database.name() + "'")
                .isEmpty()) {
            second.server().createDatabase(database.name());
        }
    }

    private static final class ByComments implements RouteHook {
        @Override
        public Verdict<Route> route(Exchange exchange) {
            String sql = exchange.statements().get(0).original();
            return sql.contains("away")
                    ? Verdict.of(new Route.One("away"))
                    : sql.contains("any")
                            ? Verdict.of(new Route.AnyOf(List.of("away", "third", "main"), Route.Pick.IN_ORDER))
                            : sql.contains("said") ? Verdict.of(new Route.One("main")) : Verdict.proceed();
        }

        @Override
        public boolean movesBlocks() {
            return true;
        }
    }

    private ProxyServer start(PoolMode mode) throws Exception {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(
                        database.url(),
                        PoolSettings.builder().mode(mode).maximum(2).build())
                .upstream("away", elsewhere.url(), PoolSettings.transaction(1))
                .drainDeadline(Duration.ofSeconds(1))
                .eventLoops(1)
                .hook("route", new ByComments())
                .build()
                .start();
    }

    private ScriptedClient connect(ProxyServer server) throws Exception {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", server.port());
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    private static String next(ScriptedClient client) throws Exception {
        return client.readUntilReady().stream()
                .filter(message -> message.tag() == 'D' || message.tag() == 'E')
                .map(message -> message.tag() == 'D' ? String.join(",", message.values()) : message.sqlState())
                .collect(Collectors.joining(" "));
    }

    private String here() {
        return String.valueOf(database.port());
    }

    private String there() {
        return String.valueOf(elsewhere.port());
    }

    /** That a block had not ended where it seemed to shows when all behind it has been sent. */
    @Test
    void behindABlockThatEndsLaterThanItSeemedEachGoesItsWay() throws Exception {
        try (ProxyServer server = start(PoolMode.TRANSACTION);
                ScriptedClient client = connect(server)) {
            client.send(
                    query("start /* away */ transaction"),
                    query("select 1/0; commit"),
                    query(WHERE),
                    query("rollback"),
                    query("select /* said */ inet_server_port()"),
                    query(AWAY));
            assertThat(List.of(next(client), next(client), next(client), next(client), next(client), next(client)))
                    .containsExactly("", "22012", "25P02", "", here(), there());
        }
    }

    @Test
    void whoKeepsItsConnectionSpeaksToOthersBeside() throws Exception {
        try (ProxyServer server = start(PoolMode.SESSION);
                ScriptedClient client = connect(server)) {
            client.send(query(WHERE), query(AWAY), query(WHERE));
            assertThat(List.of(next(client), next(client), next(client))).containsExactly(here(), there(), here());
        }
    }

    @Test
    void whoWaitsWhereNothingIsAnyMoreGoesWhereElseItMay() throws Exception {
        try (ProxyServer server = start(PoolMode.TRANSACTION);
                ScriptedClient holder = connect(server);
                ScriptedClient waiting = connect(server);
                ScriptedClient behind = connect(server)) {
            server.addUpstream("third", RemotePostgres.of(elsewhere.url()), PoolSettings.transaction(1));
            holder.send(query("start /* away */ transaction"));
            next(holder);
            waiting.send(query(ANYWHERE));
            behind.send(query("select pg_sleep(0.5)"), query(ANYWHERE));
            Await.until("it waits", () -> server.pool("away").view().waiting() == 1);
            CompletableFuture<Boolean> removed =
                    CompletableFuture.supplyAsync(() -> server.removeUpstream("away", Duration.ofSeconds(20)));
            assertThat(next(waiting)).isEqualTo(there());
            assertThat(next(behind)).isEmpty();
            assertThat(next(behind)).isEqualTo(there());
            holder.send(query("commit"));
            next(holder);
            assertThat(removed.get(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** What cannot be sent on yet, or is not read, stays with the client. */
    @ParameterizedTest
    @ValueSource(
            strings = {"select pg_sleep(4)", "select /* away */ pg_sleep(4)", "start /* away */ transaction", "select 1"
            })
    void whoSendsWithoutEndIsHeldUp(String first) throws Exception {
        byte[] some = some();
        AtomicLong sent = new AtomicLong();
        try (ProxyServer server = start(PoolMode.TRANSACTION);
                ScriptedClient client = connect(server)) {
            client.send(query(first));
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    while (sent.get() < 100L << 20) {
                        client.send(some);
                        sent.addAndGet(some.length);
                    }
                } catch (IOException ended) {
                    // its end is the end of the test
                }
            });
            AtomicLong before = new AtomicLong(-1);
            Await.until("nothing more is taken", () -> {
                TimeUnit.MILLISECONDS.sleep(1000);
                return before.getAndSet(sent.get()) == sent.get();
            });
            assertThat(sending).isNotDone();
            assertThat(sent.get()).isLessThan(32L << 20);
        }
    }

    /** What was sent in one go with a block is the session's, wherever the block goes. */
    @Test
    void whatStandsRightInFrontOfABlockGoesWithIt() throws Exception {
        try (ProxyServer server = start(PoolMode.TRANSACTION);
                ScriptedClient client = connect(server)) {
            client.send(query("set /* away */ my.x = 'mine'"), query("start /* away */ transaction"));
            next(client);
            next(client);
            String mine = "select /* said */ current_setting('my.x', true), inet_server_port()";
            client.send(query(mine), query("rollback"), query(mine));
            assertThat(List.of(next(client), next(client), next(client)))
                    .containsExactly("mine," + here(), "", "mine," + here());
        }
    }

    @Test
    void whatKeepsAConnectionRightInFrontOfABlockKeepsTheBlock() throws Exception {
        try (ProxyServer server = start(PoolMode.TRANSACTION);
                ScriptedClient client = connect(server)) {
            client.send(
                    query("select /* away */ pg_advisory_lock(7)"),
                    query("start /* away */ transaction isolation level repeatable read"));
            next(client);
            next(client);
            client.send(
                    query("select /* said */ current_setting('transaction_isolation'), inet_server_port()"),
                    query("rollback"),
                    query("select /* said */ pg_advisory_unlock(7)"));
            assertThat(List.of(next(client), next(client), next(client)))
                    .containsExactly("repeatable read," + there(), "", "t");
            client.send(query("select /* said */ inet_server_port()"));
            assertThat(next(client)).isEqualTo(here());
        }
    }

    private static byte[] some() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String column = "repeat('x', 1000) /* " + "y".repeat(1000) + " */";
        for (int i = 0; i < 10; i++) {
            all.writeBytes(query("select /* away */ " + column));
            all.writeBytes(query("select " + column));
        }
        return all.toByteArray();
    }
}
