package io.pgproxy.core.routing;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.Verdict;
import io.pgproxy.pool.PoolMode;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

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

    private static Verdict<Route> route(Exchange exchange) {
        String sql = exchange.statements().get(0).original();
        return sql.contains("away")
                ? Verdict.of(new Route.One("away"))
                : sql.contains("any")
                        ? Verdict.of(new Route.AnyOf(List.of("away", "third", "main"), Route.Pick.IN_ORDER))
                        : sql.contains("said") ? Verdict.of(new Route.One("main")) : Verdict.proceed();
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
                .hook("route", QueryHook.route(PipelinedRoutesTest::route))
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
}
