package io.pgproxy.core.faults;

import static io.pgproxy.testkit.peer.FrontendBytes.PROTOCOL_3_0;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Those who have not logged in, and too many who have, are kept from hurting those who are served. */
@WithPostgres
class LimitsTest {
    @Test
    void oneSessionTooManyIsRefusedAndRoomIsGivenBack(TestDatabase database) throws Exception {
        try (Relay relay = Relay.to(database.host(), database.port(), limits -> limits.connections(2));
                ScriptedClient first = relay.login(database)) {
            ScriptedClient second = relay.login(database);
            for (int i = 0; i < 3; i++) {
                try (ScriptedClient third = relay.connect()) {
                    List<WireMessage> refusal =
                            third.tryLogin(PROTOCOL_3_0, Map.of("user", database.user()), database.password());
                    assertThat(WireMessage.tags(refusal)).isEqualTo("E!");
                    assertThat(refusal.get(0).sqlState()).isEqualTo("53300");
                    assertThat(refusal.get(0).severity()).isEqualTo("FATAL");
                }
            }
            second.close();
            Await.until("there is room", () -> relay.server().sessionCount() == 1);
            relay.login(database).close();
            first.send(query("SELECT 1"));
            first.expect("TDCZ");
        }
    }

    @Test
    void aCancelRequestIsServedWhenThereIsNoRoom(TestDatabase database) throws Exception {
        try (Relay relay = Relay.to(database.host(), database.port(), limits -> limits.connections(1));
                ScriptedClient client = relay.login(database)) {
            client.send(query("SELECT pg_sleep(60)"));
            Await.until(
                    "the query sleeps",
                    () -> !database.query("SELECT 1 FROM pg_stat_activity" + " WHERE wait_event = 'PgSleep' AND pid = "
                                    + client.processId())
                            .isEmpty());
            ScriptedClient.cancel("127.0.0.1", relay.port(), client.processId(), client.secretKey());
            assertThat(client.expect("TEZ").get(1).sqlState()).isEqualTo("57014");
        }
    }

    @Test
    void aFloodOfSilentConnectionsIsCutOffAndOverSoon(TestDatabase database) throws Exception {
        Duration deadline = Duration.ofMillis(500);
        try (Relay relay = Relay.to(
                database.host(),
                database.port(),
                limits -> limits.logins(5).loginsPerAddress(5).loginDeadline(deadline))) {
            List<ScriptedClient> flood = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                flood.add(relay.connect());
            }
            Await.until("all are in login", () -> relay.server().sessionCount() == 5);
            try (ScriptedClient tooMany = relay.connect()) {
                tooMany.awaitEnd();
            }
            for (ScriptedClient client : flood) {
                client.awaitEnd();
                client.close();
            }
            Await.until("the flood is over", () -> relay.server().sessionCount() == 0);
            relay.login(database).close();
        }
    }

    @Test
    void theLimitForOneAddressCountsLoginsOnly(TestDatabase database) throws Exception {
        try (Relay relay = Relay.to(
                        database.host(),
                        database.port(),
                        limits -> limits.logins(100).loginsPerAddress(1));
                ScriptedClient silent = relay.connect()) {
            Await.until("it is in login", () -> relay.server().sessionCount() == 1);
            try (ScriptedClient second = relay.connect()) {
                second.awaitEnd();
            }
            silent.halfClose();
            Await.until("it is gone", () -> relay.server().sessionCount() == 0);
            try (ScriptedClient loggedIn = relay.login(database)) {
                relay.login(database).close(); // who is logged in no longer counts
                assertThat(relay.server().sessionCount()).isGreaterThanOrEqualTo(1);
                loggedIn.send(query("SELECT 1"));
                loggedIn.expect("TDCZ");
            }
        }
    }
}
