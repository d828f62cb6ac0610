package io.pgproxy.core.routing;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.RouteHook;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What terms ask for is in force wherever a block goes on: without its tenant nothing may run. */
@WithPostgres
class MovedTermsTest {
    private static final String TENANT =
            "select current_setting('app.tenant', true) || ' ' || current_setting('application_name')";

    private final TestDatabase database;
    private ProxyServer server;
    private ScriptedClient client;

    MovedTermsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("drop schema if exists hidden cascade; create schema hidden; create table hidden.t (a text)");
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), PoolSettings.transaction(2))
                .upstream("reader", database.url(), PoolSettings.transaction(2))
                .drainDeadline(Duration.ofSeconds(1))
                .hook("tenant", QueryHook.session(MovedTermsTest::ofSession))
                .hook(new Moving())
                .build()
                .start();
        client = ScriptedClient.connect("127.0.0.1", server.port());
        client.login(database.user(), database.password(), database.name());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private static Verdict<Terms> ofSession(Session session) {
        return Verdict.of(Terms.setting("app.tenant", "mine").and(Terms.setting("search_path", "hidden")));
    }

    private static final class Moving implements RouteHook {
        private static final Verdict<Route> READER = Verdict.of(new Route.One("reader"));
        private static final Verdict<Route> WRITER = Verdict.of(new Route.One("main"));

        @Override
        public Verdict<Route> route(Exchange exchange) {
            return exchange.bindsBlock() ? WRITER : READER;
        }

        @Override
        public boolean movesBlocks() {
            return true;
        }
    }

    private String next() throws Exception {
        return client.readUntilReady().stream()
                .filter(message -> message.tag() == 'D' || message.tag() == 'E')
                .map(message -> message.tag() == 'D' ? String.join(",", message.values()) : message.sqlState())
                .collect(Collectors.joining(" "));
    }

    private String ask(String sql) throws Exception {
        client.send(query(sql));
        return next();
    }

    @ParameterizedTest
    @ValueSource(strings = {"begin", "begin isolation level repeatable read"})
    void ofQueries(String begin) throws Exception {
        for (int i = 0; i < 3; i++) {
            ask(begin);
            assertThat(ask(TENANT)).isEqualTo("mine ");
            assertThat(ask("insert into t values (current_setting('app.tenant', true)) returning a"))
                    .isEqualTo("mine");
            assertThat(ask(TENANT)).isEqualTo("mine ");
            ask(i == 1 ? "rollback" : "commit");
            assertThat(ask(TENANT)).isEqualTo("mine ");
        }
    }

    @Test
    void ofBatches() throws Exception {
        for (int i = 0; i < 3; i++) {
            client.send(
                    parse("", "begin"), bind("", ""), execute(), parse("", TENANT), bind("", ""), execute(), sync());
            assertThat(next()).isEqualTo("mine ");
            client.send(
                    parse("", "insert into t values (current_setting('app.tenant', true)) returning a"),
                    bind("", ""),
                    execute(),
                    parse("", TENANT),
                    bind("", ""),
                    execute(),
                    sync());
            assertThat(next()).isEqualTo("mine mine ");
            ask("commit");
        }
    }

    /** What is put behind BEGIN goes with the block; names of the batch behind it are looked up by it. */
    @Test
    void ofABatchBehindQueries() throws Exception {
        ask("begin");
        assertThat(ask(TENANT)).isEqualTo("mine ");
        client.send(
                parse("", "insert into t values (current_setting('app.tenant', true)) returning a"),
                bind("", ""),
                execute(),
                sync());
        assertThat(next()).isEqualTo("mine");
        ask("commit");
    }

    @Test
    void ofPipelines() throws Exception {
        client.send(
                query("begin"),
                query(TENANT),
                query("insert into t values (current_setting('app.tenant', true)) returning a"),
                query(TENANT),
                query("commit"),
                query(TENANT));
        List<String> heard = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            heard.add(next());
        }
        assertThat(heard).containsExactly("", "mine ", "mine", "mine ", "", "mine ");
    }

    /** The settings are in force for what stands behind the end of a failed block, or it does not run. */
    @Test
    void behindAFailedBlock() throws Exception {
        String insert = "insert into hidden.t values (current_setting('app.tenant', true)) returning a";
        for (String begin : List.of("begin", "begin isolation level repeatable read")) {
            ask(begin);
            assertThat(ask("select 1/0")).isEqualTo("22012");
            client.send(
                    parse("", "rollback"),
                    bind("", ""),
                    execute(),
                    parse("", insert),
                    bind("", ""),
                    execute(),
                    parse("", TENANT),
                    bind("", ""),
                    execute(),
                    sync());
            assertThat(next()).isEqualTo("mine mine ");
            assertThat(ask(TENANT)).isEqualTo("mine ");
            ask(begin);
            assertThat(ask("select 1/0")).isEqualTo("22012");
            assertThat(ask("rollback; " + insert)).isEqualTo("25P02"); // nothing could be put between them
            ask("rollback");
            assertThat(ask(TENANT)).isEqualTo("mine ");
        }
    }
}
