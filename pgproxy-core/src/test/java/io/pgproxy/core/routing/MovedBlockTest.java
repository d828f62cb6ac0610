package io.pgproxy.core.routing;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.RouteHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Blocks that begin on a replica, and go on at its primary once they do more than read. */
@WithPostgres(primary = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MovedBlockTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String WHERE = "select inet_server_port()";
    private static final String LEVEL = "select current_setting('transaction_isolation'), inet_server_port()";

    private final TestDatabase database;
    private LocalReplica replica;
    private ProxyServer server;
    private ScriptedClient client;

    MovedBlockTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void stream(LocalPostgres primary) throws Exception {
        database.execute("create table t (a int)");
        replica = primary.newReplica().start();
    }

    @AfterAll
    void end() throws Exception {
        replica.close();
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("truncate t");
        replica.awaitReplay(PATIENCE);
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), PoolSettings.transaction(2))
                .upstream("replica", replica.server().database(database.name()).url(), PoolSettings.transaction(2))
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
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

    private static final class Moving implements RouteHook {
        private static final Verdict<Route> READERS =
                Verdict.of(new Route.AnyOf(List.of("replica", "main"), Route.Pick.IN_ORDER));
        private static final Verdict<Route> WRITER = Verdict.of(new Route.One("main"));

        @Override
        public Verdict<Route> route(Exchange exchange) {
            return exchange.bindsBlock() ? WRITER : READERS;
        }

        @Override
        public boolean movesBlocks() {
            return true;
        }
    }

    private String next() throws Exception {
        return client.readUntilReady().stream()
                .filter(message -> message.tag() == 'D' || message.tag() == 'E' || message.tag() == 'Z')
                .map(message -> switch (message.tag()) {
                    case 'D' -> String.join(",", message.values());
                    case 'E' -> message.sqlState();
                    default -> String.valueOf((char) message.body()[0]);
                })
                .collect(Collectors.joining(" "));
    }

    private String ask(String sql) throws Exception {
        client.send(query(sql));
        return next();
    }

    private String primary() {
        return String.valueOf(database.port());
    }

    private String standby() {
        return String.valueOf(replica.server().port());
    }

    @Test
    void aBlockThatOnlyReadsStaysOnTheReplica() throws Exception {
        assertThat(ask("begin")).isEqualTo("T");
        for (int i = 0; i < 3; i++) {
            assertThat(ask(WHERE)).isEqualTo(standby() + " T");
        }
        assertThat(ask("commit")).isEqualTo("I");
        assertThat(server.pool("main").view().counts().taken()).isZero();
    }

    @Test
    void aBlockGoesOnAtThePrimaryAsSoonAsItWrites() throws Exception {
        assertThat(ask("begin isolation level repeatable read")).isEqualTo("T");
        assertThat(ask(LEVEL)).isEqualTo("repeatable read," + standby() + " T");
        assertThat(ask("insert into t values (1) returning inet_server_port()")).isEqualTo(primary() + " T");
        assertThat(ask("select a, current_setting('transaction_isolation'), inet_server_port() from t"))
                .isEqualTo("1,repeatable read," + primary() + " T");
        assertThat(ask("savepoint s")).isEqualTo("T");
        assertThat(ask("rollback")).isEqualTo("I");
        assertThat(database.query("select from t")).isEmpty();
        assertThat(ask(WHERE)).isEqualTo(standby() + " I");
    }

    @Test
    void settingsArePutThere() throws Exception {
        ask("set timezone = 'Asia/Tokyo'");
        ask("begin");
        assertThat(ask(WHERE)).isEqualTo(standby() + " T");
        assertThat(ask("insert into t values (1) returning current_setting('timezone'), inet_server_port()"))
                .isEqualTo("Asia/Tokyo," + primary() + " T");
        assertThat(ask("commit")).isEqualTo("I");
        assertThat(database.query("select from t")).hasSize(1);
    }

    @Test
    void whatBindsABlockTakesItToThePrimary() throws Exception {
        for (String binding : List.of(
                "savepoint s",
                "set local my.x = 'y'",
                "declare c cursor for select 1",
                "lock table t in share mode",
                "select from t for update",
                "prepare p as select 1",
                "listen l",
                "create temp table mine (a int)")) {
            ask("begin");
            assertThat(ask(WHERE)).as(binding).isEqualTo(standby() + " T");
            assertThat(ask(binding)).as(binding).endsWith("T");
            assertThat(ask(WHERE)).as(binding).isEqualTo(primary() + " T");
            assertThat(ask("rollback")).as(binding).isEqualTo("I");
        }
    }

    @Test
    void aPortalIsReadWhereItIs() throws Exception {
        client.send(
                parse("", "begin"),
                bind("", ""),
                execute(),
                parse("s", "select inet_server_port() from generate_series(1, 3)"),
                bind("p", "s"),
                execute("p", 1),
                sync());
        assertThat(next()).isEqualTo(primary() + " T");
        assertThat(ask("insert into t values (1)")).isEqualTo("T");
        client.send(execute("p", 0), sync());
        assertThat(next()).isEqualTo(primary() + " " + primary() + " T");
        assertThat(ask("commit")).isEqualTo("I");
    }

    /** What is bound without a name stays until the next Bind. */
    @Test
    void whatIsBoundIsExecutedWhereItIs() throws Exception {
        client.send(parse("", "begin"), bind("", ""), execute(), parse("", WHERE), bind("", ""), execute(), sync());
        assertThat(next()).isEqualTo(standby() + " T");
        client.send(parse("", WHERE), bind("", ""), sync()); // to be executed where it is
        assertThat(next()).isEqualTo("T");
        client.send(execute(), parse("", "insert into t values (1)"), bind("", ""), execute(), sync());
        assertThat(next()).isEqualTo(primary() + " T");
        assertThat(ask("rollback")).isEqualTo("I");
    }

    @Test
    void statementsArePreparedThere() throws Exception {
        client.send(parse("b", "begin"), parse("r", WHERE), sync());
        next();
        client.send(bind("", "b"), execute(), bind("", "r"), execute(), sync());
        assertThat(next()).isEqualTo(standby() + " T");
        client.send(parse("w", "insert into t values ($1) returning inet_server_port()"), sync());
        assertThat(next()).isEqualTo("T");
        client.send(bind("", "w", "5"), execute(), bind("", "r"), execute(), sync());
        assertThat(next()).isEqualTo(primary() + " " + primary() + " T");
        client.send(bind("", "r"), execute(), sync());
        assertThat(next()).isEqualTo(primary() + " T");
        assertThat(ask("commit")).isEqualTo("I");
        assertThat(database.query("select a from t")).isEqualTo(List.of(List.of("5")));
    }

    @Test
    void aPipelineIsAnsweredInOrder() throws Exception {
        client.send(
                query("begin"),
                query(WHERE),
                query("insert into t values (1) returning inet_server_port()"),
                query(WHERE),
                query("commit"),
                query(WHERE));
        assertThat(List.of(next(), next(), next(), next(), next(), next()))
                .containsExactly("T", standby() + " T", primary() + " T", primary() + " T", "I", standby() + " I");
        assertThat(database.query("select from t")).hasSize(1);
    }

    @Test
    void aFailedBlockFailsWhereItIs() throws Exception {
        ask("begin");
        assertThat(ask("select 1/0")).isEqualTo("22012 E");
        assertThat(ask("insert into t values (1)")).isEqualTo("25P02 E");
        assertThat(ask("rollback")).isEqualTo("I");
        client.send(query("begin"), query("select 1/0"), query("insert into t values (1)"), query("commit"));
        assertThat(List.of(next(), next(), next(), next())).containsExactly("T", "22012 E", "25P02 E", "I");
        assertThat(database.query("select from t")).isEmpty();
    }

    /** The reads of a failed block are of no use to anybody: what ends it may go wherever what is behind goes. */
    @Test
    void whatStandsBehindTheRollbackOfAFailedBlockIsThePrimarys() throws Exception {
        String insert = "insert into t values (1) returning inet_server_port()";
        fail();
        assertThat(ask("rollback; " + insert)).isEqualTo(primary() + " I");
        fail();
        client.send(parse("", "abort"), bind("", ""), execute(), parse("", insert), bind("", ""), execute(), sync());
        assertThat(next()).isEqualTo(primary() + " I");
        fail();
        client.send(parse("", "rollback"), bind("", ""), execute(), flush());
        client.expectNext("12C");
        client.send(parse("", insert), bind("", ""), execute(), sync());
        assertThat(next()).isEqualTo(primary() + " I");
        client.send(query("begin"), query("select 1/0"), query("rollback; " + insert), query(WHERE));
        assertThat(List.of(next(), next(), next(), next()))
                .containsExactly("T", "22012 E", primary() + " I", standby() + " I");
        assertThat(database.query("select from t")).hasSize(4);
        fail();
        assertThat(ask("rollback; " + WHERE)).isEqualTo(standby() + " I");
    }

    @Test
    void whatIsChainedToAFailedBlockMayWrite() throws Exception {
        ask("begin isolation level repeatable read");
        assertThat(ask("select 1/0")).isEqualTo("22012 E");
        assertThat(ask("rollback and chain")).isEqualTo("T");
        assertThat(ask(LEVEL)).isEqualTo("repeatable read," + primary() + " T");
        assertThat(ask("insert into t values (1)")).isEqualTo("T");
        assertThat(ask("commit")).isEqualTo("I");
        assertThat(database.query("select from t")).hasSize(1);
    }

    /** A block fails on the replica. */
    private void fail() throws Exception {
        ask("begin");
        assertThat(ask(WHERE)).isEqualTo(standby() + " T");
        assertThat(ask("select 1/0")).isEqualTo("22012 E");
    }

    /** What is behind a Flush goes where what is before it went: that may be more than the end of a block. */
    @Test
    void whatFollowsAnEndThatWasFlushedIsThePrimarys() throws Exception {
        ask("begin");
        assertThat(ask(WHERE)).isEqualTo(standby() + " T");
        client.send(parse("", "commit"), bind("", ""), execute(), flush());
        client.expectNext("12C");
        client.send(
                parse("", "insert into t values (1) returning inet_server_port()"), bind("", ""), execute(), sync());
        assertThat(next()).isEqualTo(primary() + " I");
        assertThat(database.query("select from t")).hasSize(1);
    }

    @Test
    void aBlockIsBegunAgainAsItWasItself() throws Exception {
        ask("begin");
        assertThat(ask("commit; begin isolation level repeatable read read only"))
                .isEqualTo("T");
        assertThat(ask(WHERE)).isEqualTo(standby() + " T");
        assertThat(ask("savepoint s")).isEqualTo("T");
        assertThat(ask(LEVEL)).isEqualTo("repeatable read," + primary() + " T");
        assertThat(ask("insert into t values (1)")).isEqualTo("25006 E");
        assertThat(ask("rollback")).isEqualTo("I");
    }

    /** BEGIN within a block warns of that, and sets what it asks for nevertheless. */
    @Test
    void whatABlockIsToldLaterStays() throws Exception {
        ask("begin");
        assertThat(ask("begin isolation level repeatable read read only")).isEqualTo("T");
        assertThat(ask("savepoint s")).isEqualTo("T");
        assertThat(ask(LEVEL)).isEqualTo("repeatable read," + primary() + " T");
        assertThat(ask("insert into t values (1)")).isEqualTo("25006 E");
        assertThat(ask("rollback")).isEqualTo("I");
        ask("begin");
        assertThat(ask(WHERE)).isEqualTo(standby() + " T");
        assertThat(ask("rollback")).isEqualTo("I");
    }

    private void allowConnections(boolean allowed) throws Exception {
        String sql = "alter database \"" + database.name() + "\" allow_connections " + allowed;
        database.server().database("postgres").execute(sql);
    }

    /** A write must never run outside of the block that it was sent in. */
    @Test
    void aBlockThatCannotGoOnEndsItsSession() throws Exception {
        ask("begin");
        assertThat(ask(WHERE)).isEqualTo(standby() + " T");
        allowConnections(false);
        database.server()
                .database("postgres")
                .execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database.name()
                        + "'");
        Await.until("no connection is left", () -> server.pool("main").view().open() == 0);
        try {
            client.send(query("insert into t values (1)"), query("commit"));
            assertThat(client.readMessage().severity()).isEqualTo("FATAL");
            client.awaitEnd();
        } finally {
            allowConnections(true);
        }
        assertThat(database.query("select from t")).isEmpty();
        Await.until(
                "nothing is left",
                () -> server.pool("replica").view().open()
                        == server.pool("replica").view().idle());
    }

    @Test
    void whoGoesInMidMoveLeavesNothing() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (ScriptedClient gone = ScriptedClient.connect("127.0.0.1", server.port())) {
                gone.login(database.user(), database.password(), database.name());
                gone.send(query("begin"), query(WHERE), query("insert into t values (3)"), query(WHERE));
            }
        }
        Await.until(
                "all is given back",
                () -> server.pools().stream()
                        .allMatch(pool -> pool.clients() <= 1 && pool.waiting() == 0 && pool.open() == pool.idle()));
        assertThat(database.query("select from t")).isEmpty();
        assertThat(ask(WHERE)).isEqualTo(standby() + " I");
    }
}
