package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.PoolView;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What pgbouncer's documentation says is broken by transaction pooling, and what its users meet beyond that: it works,
 * or is refused with an error that tells what to do. Two clients and two connections; what is done by one is done while
 * the other goes on.
 */
@WithPostgres
class BouncerBreakagesTest {
    private ProxyServer server;
    private PooledClient client;
    private PooledClient other;

    @BeforeEach
    void start(TestDatabase database) throws Exception {
        database.execute("drop table if exists t; create table t (a int); insert into t values (1), (2)");
        database.execute("drop sequence if exists q; create sequence q; create schema if not exists tenant");
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), PoolSettings.transaction(2))
                .eventLoops(1)
                .build()
                .start();
        client = PooledClient.at(server.port(), database);
        other = PooledClient.at(server.port(), database);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        other.close();
        server.close();
    }

    @Test
    void setAndReset() throws Exception {
        String before = other.value("show work_mem");
        client.rows("set work_mem = '1234kB'");
        assertThat(other.value("show work_mem")).isEqualTo(before);
        assertThat(client.value("show work_mem")).isEqualTo("1234kB");
        client.rows("reset work_mem");
        assertThat(client.value("show work_mem")).isEqualTo(before);
    }

    @Test
    void listen() throws Exception {
        client.rows("listen news");
        for (int i = 0; i < 3; i++) {
            other.rows("notify news, '" + i + "'");
            assertThat(client.wire().readMessage().tag()).isEqualTo('A');
        }
    }

    @Test
    void cursorsWithHold() throws Exception {
        client.rows("begin; declare c cursor with hold for select a from t order by a; commit");
        assertThat(client.value("fetch c")).isEqualTo("1");
        assertThat(other.refused("fetch c").sqlState()).isEqualTo("34000");
        assertThat(client.value("fetch c")).isEqualTo("2");
    }

    @Test
    void prepareAndDeallocate() throws Exception {
        client.rows("prepare p as select 'one'");
        other.rows("prepare p as select 'two'");
        assertThat(client.value("execute p")).isEqualTo("one");
        other.rows("deallocate p");
        assertThat(client.value("execute p")).isEqualTo("one");
    }

    @Test
    void temporaryTablesThatKeepOrDeleteTheirRows() throws Exception {
        client.rows("create temp table kept (a int) on commit preserve rows; insert into kept values (1)");
        client.rows("create temp table emptied (a int) on commit delete rows");
        assertThat(other.refused("select * from kept").sqlState()).isEqualTo("42P01");
        assertThat(client.value("select count(*) from kept")).isEqualTo("1");
        assertThat(client.value("select count(*) from emptied")).isEqualTo("0");
    }

    @Test
    void load() throws Exception {
        client.rows("load 'plpgsql'");
        Await.until("it has a connection for itself", () -> view().pinned() == 1);
        String pid = client.pid();
        assertThat(other.pid()).isNotEqualTo(pid);
        client.leave();
        Await.until("nobody gets it any more", () -> view().counts().destroyed() == 1);
    }

    @Test
    void advisoryLocksOfTheSession() throws Exception {
        client.rows("select pg_advisory_lock(7)");
        assertThat(other.value("select pg_try_advisory_lock(7)")).isEqualTo("f");
        client.rows("select pg_advisory_unlock(7)");
        assertThat(other.value("select pg_try_advisory_lock(7)")).isEqualTo("t");
    }

    @Test
    void preparedStatementsOfTheProtocol() throws Exception {
        client.wire().send(parse("s", "select a from t where a = $1"), sync());
        client.wire().expect("1Z");
        other.rows("begin");
        client.wire().send(bind("", "s", "1"), execute(), sync());
        assertThat(client.hear().rows()).isEqualTo(List.of(List.of("1")));
        String first = client.pid();
        other.rows("commit");
        client.rows("begin");
        if (client.pid().equals(first)) { // then the other connection is the one that has it not
            other.rows("begin");
            client.rows("commit");
        }
        client.wire().send(bind("", "s", "2"), execute(), sync());
        assertThat(client.hear().rows()).isEqualTo(List.of(List.of("2")));
    }

    @Test
    void discardAllByThePoolOfADriver() throws Exception {
        other.rows("set search_path = tenant");
        other.rows("prepare p as select 1");
        other.rows("begin");
        other.rows("select 1");
        other.rows("commit");
        client.rows("set work_mem = '1234kB'");
        client.rows("discard all");
        assertThat(client.value("show work_mem")).isNotEqualTo("1234kB");
        assertThat(other.value("show search_path")).isEqualTo("tenant");
        assertThat(other.value("execute p")).isEqualTo("1");
    }

    @Test
    void searchPathsOfOthers() throws Exception {
        client.rows("create table tenant.t (a int)");
        try {
            client.rows("set search_path = tenant");
            assertThat(other.value("select count(*) from t")).isEqualTo("2");
            assertThat(client.value("select count(*) from t")).isEqualTo("0");
            client.wire().send(parse("s", "select count(*) from t"), sync());
            client.wire().expect("1Z");
            other.wire().send(parse("s", "select count(*) from t"), bind("", "s"), execute(), sync());
            assertThat(other.hear().rows()).isEqualTo(List.of(List.of("2")));
            client.wire().send(bind("", "s"), execute(), sync());
            assertThat(client.hear().rows()).isEqualTo(List.of(List.of("0")));
        } finally {
            client.rows("drop table tenant.t");
        }
    }

    @Test
    void timeoutsOfOthersTransactions() throws Exception {
        client.rows("set idle_in_transaction_session_timeout = '100ms'");
        other.rows("begin");
        client.rows("begin");
        List<WireMessage> last = client.wire().readUntilReady();
        assertThat(last.get(0).sqlState()).isEqualTo("25P03");
        assertThat(WireMessage.tags(last)).isEqualTo("E!");
        other.rows("commit");
        assertThat(other.value("show idle_in_transaction_session_timeout")).isEqualTo("0");
    }

    @Test
    void statementTimeoutsOfOthers() throws Exception {
        client.rows("set statement_timeout = '50ms'");
        assertThat(client.refused("select pg_sleep(5)").sqlState()).isEqualTo("57014");
        other.rows("select pg_sleep(0.2)");
    }

    /** Somebody else's plan is nobody's business, wherever the definition was changed. */
    @Test
    void plansThatAreOutdated(TestDatabase database) throws Exception {
        String sql = "select * from t order by a limit 1";
        client.wire().send(parse("s", sql), describePortalOf("s"), execute(), sync());
        assertThat(client.hear().rows()).isEqualTo(List.of(List.of("1")));
        other.rows("alter table t add b int default 3");
        assertThat(fresh(other, "a", sql)).isEqualTo(List.of(List.of("1", "3")));
        database.execute("alter table t add c int default 4");
        assertThat(fresh(other, "b", sql)).isEqualTo(List.of(List.of("1", "3", "4")));
        client.wire().send(bind("", "s"), execute(), sync());
        assertThat(client.hear().error())
                .as("it relies on one column, as it would without a pool")
                .isNotNull()
                .extracting(WireMessage::sqlState)
                .isEqualTo("0A000");
    }

    private static byte[] describePortalOf(String statement) {
        byte[] bind = bind("", statement);
        byte[] describe = describePortal("");
        byte[] both = Arrays.copyOf(bind, bind.length + describe.length);
        System.arraycopy(describe, 0, both, bind.length, describe.length);
        return both;
    }

    private static List<? extends List<?>> fresh(PooledClient by, String name, String sql) throws Exception {
        by.wire().send(parse(name, sql), describePortalOf(name), execute(), sync());
        PooledClient.Answer answer = by.hear();
        assertThat(answer.error()).isNull();
        return answer.rows();
    }

    @Test
    void sequencesOverTwoTransactions() throws Exception {
        client.rows("begin");
        assertThat(client.value("select nextval('q')") + client.value("select currval('q')"))
                .isEqualTo("11");
        client.rows("commit");
        other.rows("select 1");
        WireMessage refusal = client.refused("select currval('q')");
        assertThat(refusal.sqlState()).as("never another's value").isEqualTo("55000");
    }

    @Test
    void cancelsThatComeLate() throws Exception {
        client.rows("select 1");
        other.wire().send(query("select pg_sleep(0.3)"));
        Await.until("it runs", () -> view().idle() < view().open());
        for (int i = 0; i < 5; i++) {
            ScriptedClient.cancel(
                    "127.0.0.1",
                    server.port(),
                    client.wire().processId(),
                    client.wire().secretKey());
        }
        assertThat(other.hear().error()).isNull();
        client.wire().send(query("select pg_sleep(5)"));
        Await.until("it runs", () -> view().idle() < view().open());
        ScriptedClient.cancel(
                "127.0.0.1",
                server.port(),
                client.wire().processId(),
                client.wire().secretKey());
        assertThat(client.hear().error())
                .isNotNull()
                .extracting(WireMessage::sqlState)
                .isEqualTo("57014");
    }

    @Test
    void startUpParameters(TestDatabase database) throws Exception {
        Map<String, String> startup =
                Map.of("extra_float_digits", "2", "options", "-c search_path=tenant", "client_encoding", "LATIN1");
        try (PooledClient asking = PooledClient.at(server.port(), database, startup)) {
            assertThat(asking.value("show search_path")).isEqualTo("tenant");
            asking.assertToldTheTruth();
            assertThat(other.value("show search_path")).isNotEqualTo("tenant");
        }
    }

    @Test
    void replication(TestDatabase database) throws Exception {
        try (ScriptedClient standby = ScriptedClient.connect("127.0.0.1", server.port())) {
            List<WireMessage> answer = standby.tryLogin(
                    FrontendBytes.PROTOCOL_3_0,
                    Map.of("user", database.user(), "database", database.name(), "replication", "database"),
                    database.password());
            WireMessage refusal = answer.get(answer.size() - 2);
            assertThat(refusal.sqlState()).isEqualTo("0A000");
            assertThat(refusal.field('H')).contains("without a pool");
        }
    }

    private PoolView view() {
        return server.pools().get(0);
    }
}
