package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A route to an upstream that does not answer: its login is given up in time, and with the session. */
@WithPostgres
class SlowRouteTest {
    private final TestDatabase database;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private ScriptedBackend silent;
    private ProxyServer server;

    SlowRouteTest(TestDatabase database) {
        this.database = database;
    }

    private ScriptedClient client(Duration deadline) throws Exception {
        silent = ScriptedBackend.start(connection -> {
            connection.readStartup();
            asked.countDown();
            connection.timeout(Duration.ofSeconds(20));
            connection.awaitEnd();
            ended.countDown();
        });
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url())
                .upstream("silent", "postgresql://u:p@127.0.0.1:" + silent.port() + "/d")
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .limits(Limits.builder().loginDeadline(deadline).build())
                .hook("route", QueryHook.route(SlowRouteTest::route))
                .build()
                .start();
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", server.port());
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        silent.close();
    }

    private static Verdict<Route> route(Exchange exchange) {
        return exchange.statements().get(0).sql().contains("away")
                ? Verdict.of(new Route.One("silent"))
                : Verdict.proceed();
    }

    @Test
    void isGivenUpWhenTheClientGoes() throws Exception {
        try (ScriptedClient client = client(Duration.ofMinutes(1))) {
            client.send(query("select 'away'"));
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        Await.until("the session is over", () -> server.sessionCount() == 0);
    }

    @Test
    void isGivenUpAtTheLoginDeadline() throws Exception {
        try (ScriptedClient client = client(Duration.ofSeconds(2))) {
            assertThat(ask(client, "select 'away'")).isEqualTo("E(08001) ZI");
            assertThat(ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        }

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
