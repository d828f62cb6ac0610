package io.pgproxy.core.limits;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.PROTOCOL_3_0;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.LimitsBuilder;
import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One client too many is refused, others are not, and room is given back. */
@WithPostgres
class ConnectionLimitsTest {
    private final TestDatabase database;

    ConnectionLimitsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void otherUser() throws Exception {
        database.execute("do $$ begin create role other login; exception when duplicate_object then null; end $$");
    }

    private List<WireMessage> login(LimitedProxy proxy, String user, String name) throws IOException {
        try (ScriptedClient client =
                ScriptedClient.connect("127.0.0.1", proxy.server().port())) {
            return client.tryLogin(PROTOCOL_3_0, Map.of("user", user, "database", name), database.password());
        }
    }

    private void refusesOneMore(
            UnaryOperator<LimitsBuilder> limits, String user, String name, String message, boolean othersMayLogIn)
            throws Exception {
        try (LimitedProxy proxy = LimitedProxy.before(database, limits)) {
            try (ScriptedClient client = proxy.client()) {
                for (int i = 0; i < 3; i++) {
                    WireMessage refusal = login(proxy, user, name).stream()
                            .filter(each -> each.tag() == 'E')
                            .findFirst()
                            .orElseThrow();
                    assertThat(refusal.sqlState()).isEqualTo("53300");
                    assertThat(refusal.severity()).isEqualTo("FATAL");
                    assertThat(refusal.text()).isEqualTo(message);
                }
                if (othersMayLogIn) {
                    assertThat(WireMessage.tags(login(proxy, "other", "postgres")))
                            .endsWith("Z");
                }
                assertThat(ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
            }
            Await.until("there is room", () -> proxy.server().sessions().isEmpty());
            proxy.client().close();
        }
    }

    @Test
    void ofAUser() throws Exception {
        String message = "too many connections for user \"" + database.user() + "\": the limit is 1";
        refusesOneMore(limits -> limits.connectionsPerUser(1), database.user(), database.name(), message, true);
    }

    @Test
    void ofADatabase() throws Exception {
        String message = "too many connections for database \"" + database.name() + "\": the limit is 1";
        refusesOneMore(limits -> limits.connectionsPerDatabase(1), "other", database.name(), message, true);
    }

    @Test
    void ofAnAddress() throws Exception {
        String message = "too many connections from this address: the limit is 1";
        refusesOneMore(limits -> limits.connectionsPerAddress(1), "other", "postgres", message, false);
    }

    @Test
    void inAll() throws Exception {
        String message = "sorry, too many clients already: the limit is 1";
        refusesOneMore(limits -> limits.connections(1), "other", "postgres", message, false);
    }

    @Test
    void aLowerLimitSendsNobodyAway() throws Exception {
        try (LimitedProxy proxy = LimitedProxy.before(database, limits -> limits);
                ScriptedClient first = proxy.client();
                ScriptedClient second = proxy.client()) {
            proxy.server()
                    .limits(proxy.server().limits().toBuilder().connections(1).build());
            assertThat(WireMessage.tags(login(proxy, "other", "postgres"))).startsWith("E");
            assertThat(ask(first, "select 1 as a")).endsWith("ZI");
            assertThat(ask(second, "select 1 as a")).endsWith("ZI");
        }
    }
}
