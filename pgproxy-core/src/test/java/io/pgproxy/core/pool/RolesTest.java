package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.PoolView;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who two clients are that share a connection: RESET ALL leaves it as it is, another session's user does not. */
@WithPostgres
class RolesTest {
    private static final String ROLES = """
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'some_role') THEN
                    CREATE ROLE some_role; CREATE ROLE some_user; CREATE ROLE other_user;
                    GRANT some_role TO some_user;
                END IF;
            END $$""";

    private TestDatabase database;
    private String login = "";
    private Relay relay;
    private ScriptedClient client;
    private ScriptedClient other;

    @BeforeEach
    void start(TestDatabase lent) throws Exception {
        database = lent;
        database.execute(ROLES);
        login = database.user();
        relay = Relay.pooled(database, PoolSettings.transaction(1));
        client = relay.login(database);
        other = relay.login(database);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        other.close();
        relay.close();
    }

    private void run(String sql) throws Exception {
        client.send(query(sql));
        client.expect("[CS]+Z");
        Await.until("what it has left is known", () -> {
            PoolView pool = relay.server().pools().get(0);
            return pool.idle() == pool.open();
        });
    }

    private static List<String> who(ScriptedClient asked) throws Exception {
        asked.send(query("SELECT session_user, current_user"));
        return asked.expect("S*TDCZ").stream()
                .filter(message -> message.tag() == 'D')
                .findFirst()
                .orElseThrow()
                .values();
    }

    @Test
    void aRoleOutlivesResetAll() throws Exception {
        run("SET ROLE some_role");
        run("RESET ALL");
        assertThat(who(other)).containsExactly(login, login);
        assertThat(who(client)).containsExactly(login, "some_role");
    }

    @Test
    void aSessionsUserOutlivesResetAll() throws Exception {
        run("SET SESSION AUTHORIZATION some_user");
        run("RESET ALL");
        assertThat(who(other)).containsExactly(login, login);
        assertThat(who(client)).containsExactly("some_user", "some_user");
    }

    @Test
    void discardAllEndsBoth() throws Exception {
        run("SET SESSION AUTHORIZATION some_user");
        run("SET ROLE some_role");
        run("DISCARD ALL");
        assertThat(who(other)).containsExactly(login, login);
        assertThat(who(client)).containsExactly(login, login);
    }

    @Test
    void anotherUserOfTheSessionHasNoRole() throws Exception {
        run("SET SESSION AUTHORIZATION some_user");
        run("SET ROLE some_role");
        run("SET SESSION AUTHORIZATION other_user");
        assertThat(who(other)).containsExactly(login, login);
        assertThat(who(client)).containsExactly("other_user", "other_user");
    }

    @Test
    void noRoleIsLeftOfASessionsUserWhoIsReset() throws Exception {
        run("SET SESSION AUTHORIZATION some_user");
        run("SET ROLE some_role");
        run("RESET SESSION AUTHORIZATION");
        assertThat(who(other)).containsExactly(login, login);
        assertThat(who(client)).containsExactly(login, login);
    }

    @Test
    void noRoleIsNotTheRoleThatTheSessionBeganWith() throws Exception {
        try (ScriptedClient begun = relay.connect()) {
            begun.login(
                    FrontendBytes.PROTOCOL_3_0,
                    Map.of("user", login, "database", database.name(), "options", "-c role=some_role"),
                    database.password());
            assertThat(who(begun)).containsExactly(login, "some_role");
            begun.send(query("SET ROLE none"));
            begun.expect("CS*Z");
            assertThat(who(client)).containsExactly(login, login); // closes the connection of the other kind
            assertThat(who(begun)).containsExactly(login, login);
            begun.send(query("RESET ROLE"));
            begun.expect("CS*Z");
            assertThat(who(begun)).containsExactly(login, "some_role");
        }
    }

    @Test
    void anotherUserForATransactionEndsTheRole() throws Exception {
        run("SET ROLE some_role");
        run("BEGIN; SET LOCAL SESSION AUTHORIZATION other_user; ROLLBACK");
        List<String> here = who(client);
        assertThat(who(other)).containsExactly(login, login);
        assertThat(who(client)).isEqualTo(here);
    }
}
