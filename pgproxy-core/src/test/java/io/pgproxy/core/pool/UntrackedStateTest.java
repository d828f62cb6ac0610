package io.pgproxy.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.PoolView;
import io.pgproxy.pool.UntrackedState;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What statements do to a session that no text tells: the policy says what becomes of the connection. */
@WithPostgres
class UntrackedStateTest {
    private static final String CONTENT = """
            create or replace function remember() returns int language plpgsql as
                $$ begin perform set_config('work_mem', '1234kB', false); return 1; end $$;
            create or replace function lock() returns int language plpgsql as
                $$ begin perform pg_advisory_lock(7); return 1; end $$;
            create or replace function put_aside() returns int language plpgsql as
                $$ begin create temporary table aside (a int); return 1; end $$;
            create or replace procedure proceed() language plpgsql as
                $$ begin perform set_config('work_mem', '1234kB', false); end $$;
            """;
    private static final String MEMORY = "show work_mem";
    private static final String LOCKS =
            "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()";
    private static final String TABLES = "select count(*) from pg_class where relnamespace = pg_my_temp_schema()";

    private ProxyServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    private void start(TestDatabase database, UntrackedState policy, int connections) throws Exception {
        database.execute(CONTENT);
        server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(
                        database.url(),
                        PoolSettings.builder()
                                .maximum(connections)
                                .untrackedState(policy)
                                .build())
                .eventLoops(1)
                .build()
                .start();
    }

    /**
     * Something unseen.
     *
     * @param statement does it
     * @param probe shows it: one value
     */
    record Unseen(String statement, String probe) {
        @Override
        public String toString() {
            return statement;
        }
    }

    static Stream<Unseen> unseen() {
        return Stream.of(
                new Unseen("select remember()", MEMORY),
                new Unseen("select lock()", LOCKS),
                new Unseen("select put_aside()", TABLES),
                new Unseen("call proceed()", MEMORY),
                new Unseen("do $$ begin perform set_config('work_mem', '1234kB', false); end $$", MEMORY),
                new Unseen("do $$ begin create temporary table aside (a int); end $$", TABLES));
    }

    @ParameterizedTest
    @MethodSource("unseen")
    void byResetItIsGoneAtTheEndOfTheTransaction(Unseen unseen, TestDatabase database) throws Exception {
        start(database, UntrackedState.RESET, 1);
        try (PooledClient client = PooledClient.at(server.port(), database);
                PooledClient other = PooledClient.at(server.port(), database)) {
            String nothing = other.value(unseen.probe());
            client.rows("set application_name = 'mine'");
            client.rows("begin");
            client.rows(unseen.statement());
            assertThat(client.value(unseen.probe())).isNotEqualTo(nothing);
            client.rows("commit");
            assertThat(other.value(unseen.probe())).isEqualTo(nothing);
            assertThat(client.value(unseen.probe())).isEqualTo(nothing);
            assertThat(client.value("show application_name"))
                    .as("what it has set itself")
                    .isEqualTo("mine");
            assertThat(other.pid()).isEqualTo(client.pid());
            assertThat(view().counts().resets()).isOne();
            client.askBound(unseen.statement());
            assertThat(other.value(unseen.probe())).isEqualTo(nothing);
        }
    }

    @ParameterizedTest
    @MethodSource("unseen")
    void byPinItIsTheClientsToItsEnd(Unseen unseen, TestDatabase database) throws Exception {
        start(database, UntrackedState.PIN, 2);
        try (PooledClient client = PooledClient.at(server.port(), database);
                PooledClient other = PooledClient.at(server.port(), database)) {
            String nothing = other.value(unseen.probe());
            client.rows(unseen.statement());
            String something = client.value(unseen.probe());
            assertThat(something).isNotEqualTo(nothing);
            assertThat(view().pinned()).isOne();
            String pid = client.pid();
            assertThat(other.value(unseen.probe())).isEqualTo(nothing);
            assertThat(other.pid()).isNotEqualTo(pid);
            assertThat(client.value(unseen.probe())).isEqualTo(something);
            client.leave();
            Await.until("it is back", () -> view().idle() == view().open());
            other.rows("begin");
            try (PooledClient next = PooledClient.at(server.port(), database)) {
                next.rows("begin");
                assertThat(next.value(unseen.probe())).isEqualTo(nothing);
                assertThat(other.value(unseen.probe())).isEqualTo(nothing);
                assertThat(pid).isIn(next.pid(), other.pid());
            }
        }
    }

    /** That is what it says: who trusts functions that are not to be trusted has it so. */
    @ParameterizedTest
    @MethodSource("unseen")
    void byTrustItIsTheNextOnes(Unseen unseen, TestDatabase database) throws Exception {
        start(database, UntrackedState.TRUST, 1);
        try (PooledClient client = PooledClient.at(server.port(), database);
                PooledClient other = PooledClient.at(server.port(), database)) {
            String nothing = other.value(unseen.probe());
            client.rows(unseen.statement());
            assertThat(other.value(unseen.probe())).isNotEqualTo(nothing);
            assertThat(view().counts().resets()).isZero();
        }
    }

    private PoolView view() {
        return server.pools().get(0);
    }
}
