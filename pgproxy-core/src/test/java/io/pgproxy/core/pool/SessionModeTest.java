package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clients that have one connection after the other from their login to their end. */
@WithPostgres
class SessionModeTest {
    private final TestDatabase database;

    SessionModeTest(TestDatabase database) {
        this.database = database;
    }

    /** Logs in, asks for the name of the session, and leaves. */
    private void assertNamed(Relay relay, String name) throws Exception {
        try (ScriptedClient client = relay.connect()) {
            client.login(
                    FrontendBytes.PROTOCOL_3_0,
                    Map.of("user", database.user(), "database", database.name(), "application_name", name),
                    database.password());
            assertThat(client.parameters()).containsEntry("application_name", name);
            client.send(query("SHOW application_name"));
            assertThat(client.expect("TDCZ").get(1).values()).containsExactly(name);
            client.send(terminate());
            client.awaitEnd();
        }
    }

    @Test
    void eachIsToldItsOwnNameAtLogin() throws Exception {
        try (Relay relay = Relay.pooled(database, PoolSettings.session(1))) {
            assertNamed(relay, "one");
            assertNamed(relay, "another");
            assertNamed(relay, "one");
        }
    }
}
