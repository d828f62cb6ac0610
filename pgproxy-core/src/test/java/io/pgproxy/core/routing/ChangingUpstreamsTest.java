package io.pgproxy.core.routing;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.Verdict;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.PoolView;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Upstreams that come and go while the server runs: no client is dropped for it. */
@WithPostgres
class ChangingUpstreamsTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String WHERE = "select inet_server_port()";

    private final TestDatabase database;
    private final TestDatabase elsewhere;
    private ProxyServer server;
    private ScriptedClient client;

    ChangingUpstreamsTest(TestDatabase database, @WithPostgres(name = "second") TestDatabase second) throws Exception {
        this.database = database;
        this.elsewhere = second.server().database(database.name()); // a session has one database name everywhere
        if (second.query("select from pg_database where datname = '" + database.name() + "'")
                .isEmpty()) {
            second.server().createDatabase(database.name());
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), PoolSettings.transaction(2))
                .drainDeadline(Duration.ofSeconds(1))
                .eventLoops(1)
                .hook("route", QueryHook.route(ChangingUpstreamsTest::route))
                .build()
                .start();
        client = connect();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private ScriptedClient connect() throws Exception {
        ScriptedClient fresh = ScriptedClient.connect("127.0.0.1", server.port());
        fresh.login(database.user(), database.password(), database.name());
        return fresh;
    }

    private static Verdict<Route> route(Exchange exchange) {
        String sql = exchange.statements().get(0).original();
        return sql.contains("here only")
                ? Verdict.proceed()
                : sql.contains("away only")
                        ? Verdict.of(new Route.One("away"))
                        : Verdict.of(new Route.AnyOf(List.of("away", "main"), Route.Pick.IN_ORDER));
    }

    private void add() {
        server.addUpstream("away", RemotePostgres.of(elsewhere.url()), PoolSettings.transaction(1));
    }

    private String ask(ScriptedClient asking, String sql) throws Exception {
        asking.send(query(sql));
        return next(asking);
    }

    private static String next(ScriptedClient asking) throws Exception {
        return asking.readUntilReady().stream()
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

    @Test
    void whatIsAddedIsUsedByThoseWhoAreConnected() throws Exception {
        assertThat(ask(client, WHERE)).isEqualTo(here());
        add();
        assertThat(server.pools()).extracting(PoolView::upstream).containsExactly("away", "main");
        ask(client, "set /* here only */ my.x = 'mine'");
        assertThat(ask(client, "select current_setting('my.x'), inet_server_port()"))
                .isEqualTo("mine," + there());
        assertThat(server.removeUpstream("away", SOON)).isTrue();
        assertThat(server.pools()).extracting(PoolView::upstream).containsExactly("main");
        assertThat(ask(client, "select current_setting('my.x'), inet_server_port()"))
                .isEqualTo("mine," + here());
        add(); // once more
        assertThat(ask(client, WHERE)).isEqualTo(there());
    }

    @Test
    void aTransactionEndsWhereItHasBegun() throws Exception {
        add();
        ask(client, "begin");
        assertThat(ask(client, WHERE)).isEqualTo(there());
        CompletableFuture<Boolean> removed =
                CompletableFuture.supplyAsync(() -> server.removeUpstream("away", Duration.ofSeconds(20)));
        Await.until("nobody new goes there", () -> server.pools().size() == 1);
        assertThat(ask(client, WHERE)).isEqualTo(there());
        try (ScriptedClient other = connect()) {
            assertThat(ask(other, WHERE)).isEqualTo(here());
        }
        assertThat(removed).isNotDone();
        ask(client, "commit");
        assertThat(removed.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(ask(client, WHERE)).isEqualTo(here());
    }

    @Test
    void whoWaitsThereWaitsElsewhere() throws Exception {
        add();
        ask(client, "begin");
        assertThat(ask(client, WHERE)).isEqualTo(there());
        try (ScriptedClient waiting = connect()) {
            waiting.send(query(WHERE));
            Await.until("it waits", () -> server.pool("away").view().waiting() == 1);
            CompletableFuture<Boolean> removed =
                    CompletableFuture.supplyAsync(() -> server.removeUpstream("away", Duration.ofSeconds(20)));
            assertThat(next(waiting)).isEqualTo(here());
            ask(client, "rollback");
            assertThat(removed.get(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatIsLeftAtTheDeadlineIsEnded() throws Exception {
        add();
        ask(client, "begin");
        assertThat(ask(client, WHERE)).isEqualTo(there());
        assertThat(server.removeUpstream("away", Duration.ofMillis(50))).isFalse();
        client.awaitEnd();
        client.close();
        client = connect();
        assertThat(ask(client, WHERE)).isEqualTo(here());
    }

    @Test
    void namesAreUnique() {
        add();
        assertThatIllegalArgumentException().isThrownBy(this::add).withMessageContaining("away");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        server.addUpstream("main", RemotePostgres.of(elsewhere.url()), PoolSettings.transaction(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.addUpstream(
                        "nobody's", RemotePostgres.of("postgresql://127.0.0.1:1"), PoolSettings.transaction(1)))
                .withMessageContaining("cannot be pooled");
        assertThatIllegalArgumentException().isThrownBy(() -> server.removeUpstream("main", SOON));
        assertThatIllegalArgumentException().isThrownBy(() -> server.removeUpstream("unknown", SOON));
    }

    /** Nobody would close it. */
    @Test
    void nothingIsAddedToAServerThatIsClosed() {
        server.close();
        assertThatIllegalStateException().isThrownBy(this::add);
    }

    @Test
    void aRouteToWhatIsNotThereIsRefused() throws Exception {
        assertThat(ask(client, "select /* away only */ 1")).isEqualTo("58000");
        add();
        assertThat(ask(client, "select /* away only */ 1")).isEqualTo("1");
    }

    /** Where main is not pooled, sessions have others of their own, which know of each other nothing. */
    @Test
    void whatIsTakenAwayIsRefusedToWhoeverWasThere() throws Exception {
        try (ProxyServer plain = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(database.url())
                        .drainDeadline(Duration.ofSeconds(1))
                        .eventLoops(1)
                        .hook("route", QueryHook.route(ChangingUpstreamsTest::route))
                        .build()
                        .start();
                ScriptedClient asking = ScriptedClient.connect("127.0.0.1", plain.port())) {
            plain.addUpstream("away", RemotePostgres.of(elsewhere.url()), PoolSettings.transaction(1));
            asking.login(database.user(), database.password(), database.name());
            String away = "select /* away only */ inet_server_port()";
            assertThat(ask(asking, away)).isEqualTo(there());
            assertThat(plain.removeUpstream("away", SOON)).isTrue();
            assertThat(ask(asking, away)).isEqualTo("58000");
            plain.addUpstream("away", RemotePostgres.of(elsewhere.url()), PoolSettings.transaction(1));
            assertThat(ask(asking, away)).isEqualTo(there());
        }
    }
}
