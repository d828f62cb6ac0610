package io.pgproxy.core.wire;

import static io.pgproxy.testkit.peer.FrontendBytes.PROTOCOL_3_0;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's own exchange of passwords reaches the client whole, whichever it is. */
@WithPostgres(
        hba = {
            "host all clear_user 127.0.0.1/32 password",
            "host all md5_user 127.0.0.1/32 md5",
            "host all scram_user 127.0.0.1/32 scram-sha-256",
            "host all rejected_user 127.0.0.1/32 reject"
        })
class PasswordTest {
    private static final String PASSWORD = "sésame, ouvre-toi";

    @BeforeEach
    void users(TestDatabase database) throws Exception {
        database.execute("DROP ROLE IF EXISTS clear_user, md5_user, scram_user, rejected_user");
        database.execute("CREATE ROLE clear_user LOGIN PASSWORD '" + PASSWORD + "'");
        database.execute("CREATE ROLE scram_user LOGIN PASSWORD '" + PASSWORD + "'");
        database.execute("CREATE ROLE rejected_user LOGIN PASSWORD '" + PASSWORD + "'");
        database.execute("SET password_encryption = md5; CREATE ROLE md5_user LOGIN PASSWORD '" + PASSWORD + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear_user", "md5_user", "scram_user"})
    void theRightOneLetsIn(String user, TestDatabase database) throws Exception {
        try (Relay relay = Relay.to(database)) {
            String direct = tags(ScriptedClient.connect(database.host(), database.port()), user, PASSWORD, database);
            assertThat(tags(relay.connect(), user, PASSWORD, database)).isEqualTo(direct);
            assertThat(direct).matches("R+S+KZ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear_user", "md5_user", "scram_user", "rejected_user"})
    void aWrongOneIsTheServersToRefuseAndNotRemembered(String user, TestDatabase database) throws Exception {
        try (Relay relay = Relay.to(database)) {
            List<WireMessage> direct =
                    login(ScriptedClient.connect(database.host(), database.port()), user, "wrong", database);
            List<WireMessage> proxied = login(relay.connect(), user, "wrong", database);
            assertThat(WireMessage.tags(proxied)).isEqualTo(WireMessage.tags(direct));
            assertThat(proxied.get(proxied.size() - 2)).isEqualTo(direct.get(direct.size() - 2));
            assertThat(direct.get(direct.size() - 2).severity()).isEqualTo("FATAL");

            if (!user.equals("rejected_user")) {
                assertThat(tags(relay.connect(), user, PASSWORD, database)).endsWith("Z");
            }
        }
    }

    private static String tags(ScriptedClient client, String user, String password, TestDatabase database)
            throws Exception {
        return WireMessage.tags(login(client, user, password, database));
    }

    private static List<WireMessage> login(ScriptedClient client, String user, String password, TestDatabase database)
            throws Exception {
        try (client) {
            return client.tryLogin(PROTOCOL_3_0, Map.of("user", user, "database", database.name()), password);
        }
    }
}
