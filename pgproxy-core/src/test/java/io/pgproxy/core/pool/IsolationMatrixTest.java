package io.pgproxy.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a client does to the settings of its session is what it would be on a connection of its own, wherever it
 * runs; and nobody else has anything of it, before its end and after.
 */
@WithPostgres(own = true)
class IsolationMatrixTest {
    private static final Map<String, String> NAMED = Map.of("application_name", "first");

    private static Relay ofOne;
    private static Relay ofTwo;

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        database.execute(Conducts.CONTENT);
        ofOne = relay(database, 1);
        ofTwo = relay(database, 2);
    }

    /** One event loop: the connection that was used last is the one that is used next. */
    private static Relay relay(TestDatabase database, int connections) throws Exception {
        return new Relay(ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), PoolSettings.transaction(connections))
                .eventLoops(1)
                .build()
                .start());
    }

    @AfterAll
    static void stop() {
        ofOne.close();
        ofTwo.close();
    }

    static Stream<Conduct> conducts() {
        return Conducts.all();
    }

    @ParameterizedTest
    @MethodSource("conducts")
    void onOneConnection(Conduct conduct, TestDatabase database) throws Exception {
        Expected expected = Expected.of(conduct, database);
        int port = ofOne.port();
        try (PooledClient other = PooledClient.at(port, database);
                PooledClient leaving = PooledClient.at(port, database, NAMED);
                PooledClient vanishing = PooledClient.at(port, database, NAMED)) {
            String pid = other.pid();
            for (PooledClient client : List.of(leaving, vanishing)) {
                if (client.equals(leaving)) {
                    conduct.by(client);
                } else {
                    conduct.slowlyBy(client);
                }
                assertUntouched(other, expected);
                assertHas(client, expected);
                assertUntouched(other, expected);
                assertHas(client, expected);
            }
            assertThat(leaving.pid()).as("all of them share it").isEqualTo(pid);
            leaving.leave();
            assertUntouched(other, expected);
            conduct.by(vanishing);
            vanishing.wire().reset();
            assertUntouched(other, expected);
            try (PooledClient next = PooledClient.at(port, database, NAMED)) {
                assertThat(next.shown(conduct.probe())).isEqualTo(expected.fresh());
                assertThat(next.pid()).isEqualTo(pid);
            }
        }
        assertThat(ofOne.server().pools().get(0).pinned()).isZero();
    }

    @ParameterizedTest
    @MethodSource("conducts")
    void onTwoConnections(Conduct conduct, TestDatabase database) throws Exception {
        Expected expected = Expected.of(conduct, database);
        int port = ofTwo.port();
        try (PooledClient client = PooledClient.at(port, database, NAMED);
                PooledClient one = PooledClient.at(port, database);
                PooledClient two = PooledClient.at(port, database)) {
            conduct.by(client);
            String first = client.pid();
            PooledClient holder = occupant(first, one, two);
            PooledClient guest = holder.equals(one) ? two : one;
            assertThat(holder.shown(conduct.probe())).isEqualTo(expected.others());
            assertHas(client, expected);
            assertThat(client.pid()).isNotEqualTo(first);
            assertUntouched(guest, expected);
            client.rows("begin");
            assertThat(client.shown(conduct.probe())).isEqualTo(expected.own());
            holder.rows("rollback");
            assertUntouched(holder, expected);
            client.leave();
            assertUntouched(guest, expected);
            assertUntouched(holder, expected);
        }
    }

    /** Whichever gets that connection keeps it for a transaction; the other has none. */
    private static PooledClient occupant(String pid, PooledClient one, PooledClient two) throws Exception {
        one.rows("begin");
        if (one.pid().equals(pid)) {
            return one;
        }
        two.rows("begin");
        assertThat(two.pid()).isEqualTo(pid);
        one.rows("rollback");
        return two;
    }

    private static void assertHas(PooledClient client, Expected expected) throws Exception {
        assertThat(client.shown(expected.probe())).isEqualTo(expected.own());
        client.assertToldTheTruth();
    }

    private static void assertUntouched(PooledClient other, Expected expected) throws Exception {
        assertThat(other.shown(expected.probe())).isEqualTo(expected.others());
        other.assertToldTheTruth();
    }

    /** What a client of the server itself sees, without the conduct and with it; others have no name. */
    private record Expected(String probe, String others, String fresh, String own) {
        static Expected of(Conduct conduct, TestDatabase database) throws Exception {
            try (PooledClient other = PooledClient.direct(database, Map.of());
                    PooledClient client = PooledClient.direct(database, NAMED)) {
                String fresh = client.shown(conduct.probe());
                conduct.by(client);
                String own = client.shown(conduct.probe());
                assertThat(!own.equals(fresh)).as("whether something is left").isEqualTo(conduct.leaves());
                return new Expected(conduct.probe(), other.shown(conduct.probe()), fresh, own);
            }
        }
    }
}
