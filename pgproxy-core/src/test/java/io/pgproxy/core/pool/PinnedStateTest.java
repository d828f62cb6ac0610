package io.pgproxy.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.PoolView;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot move from connection to connection keeps one for the client, for as long as it is there. */
@WithPostgres
class PinnedStateTest {
    private Relay relay;

    @AfterEach
    void stop() {
        relay.close();
    }

    private void start(TestDatabase database, int connections) throws Exception {
        relay = new Relay(ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), PoolSettings.transaction(connections))
                .eventLoops(1)
                .build()
                .start());
    }

    /**
     * Something that cannot move.
     *
     * @param what it is called
     * @param made by these
     * @param seen by a session that has it: one value
     * @param undone by this
     */
    record Thing(String what, List<String> made, String seen, String undone) {
        static Thing of(String what, String seen, String undone, String... made) {
            return new Thing(what, List.of(made), seen, undone);
        }

        void by(PooledClient client) throws Exception {
            for (String statement : made) {
                client.rows(statement);
            }
        }

        @Override
        public String toString() {
            return what;
        }
    }

    private static final String TABLES = "select coalesce((select string_agg(relname, ',') from pg_class"
            + " where relnamespace = pg_my_temp_schema() and relkind in ('r', 'v', 'S')), '')";
    private static final String CHANNELS =
            "select coalesce((select string_agg(c, ',') from pg_listening_channels() c), '')";
    private static final String CURSORS = "select coalesce((select string_agg(name, ',') from pg_cursors), '')";
    private static final String LOCKS = "select coalesce((select string_agg(objid::text, ',') from pg_locks"
            + " where locktype = 'advisory' and pid = pg_backend_pid()), '')";

    static Stream<Thing> things() {
        return Stream.of(
                Thing.of("LISTEN", CHANNELS, "unlisten *", "listen a"),
                Thing.of("LISTEN in a block", CHANNELS, "unlisten a", "begin", "listen a", "commit"),
                Thing.of("a temporary table", TABLES, "drop table t", "create temp table t (a int)"),
                Thing.of(
                        "ON COMMIT DELETE ROWS",
                        TABLES,
                        "drop table t",
                        "create temp table t (a int) on commit delete rows"),
                Thing.of("CREATE TABLE AS", TABLES, "discard temp", "create temporary table t as select 1 a"),
                Thing.of("SELECT INTO", TABLES, "drop table pg_temp.t", "select 1 a into temp t"),
                Thing.of("by pg_temp", TABLES, "drop table pg_temp.t", "create table pg_temp.t (a int)"),
                Thing.of("a temporary view", TABLES, "discard all", "create temp view v as select 1"),
                Thing.of("a temporary sequence", TABLES, "drop sequence s", "create temp sequence s"),
                Thing.of("a cursor WITH HOLD", CURSORS, "close c", "declare c cursor with hold for select 1"),
                Thing.of("CLOSE ALL", CURSORS, "close all", "begin; declare c cursor with hold for select 1; commit"),
                Thing.of("pg_advisory_lock", LOCKS, "select pg_advisory_unlock(7)", "select pg_advisory_lock(7)"),
                Thing.of(
                        "locked twice",
                        LOCKS,
                        "select pg_advisory_unlock_all()",
                        "select pg_advisory_lock(7)",
                        "select pg_try_advisory_lock(7)"),
                Thing.of(
                        "a shared lock",
                        LOCKS,
                        "select pg_advisory_unlock_shared(7)",
                        "select pg_advisory_lock_shared(7)"),
                Thing.of("DISCARD ALL", LOCKS, "discard all", "select pg_advisory_lock(7)"));
    }

    @ParameterizedTest
    @MethodSource("things")
    void keepsOneOfTwo(Thing thing, TestDatabase database) throws Exception {
        start(database, 2);
        try (PooledClient client = PooledClient.at(relay.port(), database);
                PooledClient other = PooledClient.at(relay.port(), database)) {
            String nothing = other.value(thing.seen());
            thing.by(client);
            String something = client.value(thing.seen());
            assertThat(something).isNotEqualTo(nothing);
            awaitPinned(1);
            assertThat(other.value(thing.seen())).isEqualTo(nothing);
            assertThat(other.pid()).isNotEqualTo(client.pid());
            assertThat(client.value(thing.seen())).isEqualTo(something);
            client.rows(thing.undone());
            awaitPinned(0);
            assertThat(client.value(thing.seen())).isEqualTo(nothing);
        }
    }

    @ParameterizedTest
    @MethodSource("things")
    void theNextWaitsForIt(Thing thing, TestDatabase database) throws Exception {
        start(database, 1);
        try (PooledClient next = PooledClient.at(relay.port(), database)) {
            String nothing = next.value(thing.seen());
            for (int i = 0; i < 3; i++) {
                try (PooledClient client = PooledClient.at(relay.port(), database)) {
                    thing.by(client);
                    awaitPinned(1);
                    next.wire().send(FrontendBytes.query(thing.seen()));
                    Await.until("it waits", () -> view().waiting() == 1);
                    switch (i) {
                        case 0 -> client.leave();
                        case 1 -> client.wire().reset();
                        default -> client.rows(thing.undone());
                    }
                    assertThat(next.hear().rows()).isEqualTo(List.of(List.of(nothing)));
                }
            }
        }
    }

    @Test
    void whatIsRolledBackKeepsNothing(TestDatabase database) throws Exception {
        start(database, 1);
        try (PooledClient client = PooledClient.at(relay.port(), database);
                PooledClient other = PooledClient.at(relay.port(), database)) {
            client.rows("begin; listen a; create temp table t (a int); declare c cursor with hold for select 1");
            client.rows("rollback");
            client.rows("begin; create temp table t (a int) on commit drop");
            client.rows("select pg_advisory_xact_lock(7)");
            client.rows("declare c cursor for select 1");
            client.rows("commit");
            assertThat(other.value(TABLES) + other.value(CHANNELS) + other.value(CURSORS) + other.value(LOCKS))
                    .isEmpty();
            assertThat(view().pinned()).isZero();
        }
    }

    @Test
    void notificationsComeToWhoListens(TestDatabase database) throws Exception {
        start(database, 2);
        try (PooledClient client = PooledClient.at(relay.port(), database);
                PooledClient other = PooledClient.at(relay.port(), database)) {
            client.rows("listen a");
            other.rows("notify a, 'b'");
            WireMessage notification = client.wire().readMessage();
            assertThat(notification.tag()).isEqualTo('A');
        }
    }

    @Test
    void oneLockIsOneClients(TestDatabase database) throws Exception {
        start(database, 2);
        try (PooledClient client = PooledClient.at(relay.port(), database);
                PooledClient other = PooledClient.at(relay.port(), database)) {
            client.rows("select pg_advisory_lock(7)");
            assertThat(other.value("select pg_try_advisory_lock(7)")).isEqualTo("f");
            assertThat(client.value("select pg_advisory_unlock(7)")).isEqualTo("t");
            assertThat(other.value("select pg_try_advisory_lock(7)")).isEqualTo("t");
            assertThat(client.value("select pg_try_advisory_lock(7)")).isEqualTo("f");
        }
    }

    /** The server has no way back from a seed: the connection is the client's, and nobody's afterwards. */
    @Test
    void aSeedIsForOneAlone(TestDatabase database) throws Exception {
        start(database, 2);
        try (PooledClient client = PooledClient.at(relay.port(), database);
                PooledClient other = PooledClient.at(relay.port(), database)) {
            client.rows("select setseed(0.5)");
            awaitPinned(1);
            String pid = client.pid();
            assertThat(other.pid()).isNotEqualTo(pid);
            assertThat(client.pid()).isEqualTo(pid);
            client.leave();
            Await.until("it is closed", () -> view().open() == 1);
        }
    }

    /** What would have changed any setting is not known by name; a client that does so stays where it is. */
    @Test
    void aSettingThatNobodyKnows(TestDatabase database) throws Exception {
        start(database, 2);
        try (PooledClient client = PooledClient.at(relay.port(), database);
                PooledClient other = PooledClient.at(relay.port(), database)) {
            String before = other.value("show work_mem");
            client.rows("select set_config('work_' || 'mem', '1234kB', false)");
            awaitPinned(1);
            assertThat(other.value("show work_mem")).isEqualTo(before);
            assertThat(client.value("show work_mem")).isEqualTo("1234kB");
            client.leave();
            other.rows("begin");
            try (PooledClient next = PooledClient.at(relay.port(), database)) {
                assertThat(next.value("show work_mem")).isEqualTo(before);
            }
        }
    }

    private PoolView view() {
        return relay.server().pools().get(0);
    }

    private void awaitPinned(int count) throws Exception {
        Await.until(count + " keep a connection", () -> view().pinned() == count);
    }
}
