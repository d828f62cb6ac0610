package io.pgproxy.core.limits;

import static io.pgproxy.testkit.peer.BackendBytes.commandComplete;
import static io.pgproxy.testkit.peer.BackendBytes.error;
import static io.pgproxy.testkit.peer.BackendBytes.readyForQuery;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Relay;
import io.pgproxy.hook.Told;
import io.pgproxy.testkit.peer.BackendConnection;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The block around statements that stand or fall together, before a server that is interrupted at its end. */
class OwnBlockTest {
    private static final byte[] CANCELLED = error("ERROR", "57014", "canceling statement due to user request");

    private static void next(BackendConnection connection, String sql, byte[]... answer) throws IOException {
        assertThat(connection.readMessage().string()).isEqualTo(sql);
        connection.send(answer);
    }

    @Test
    void isLeftThoughCommitWasCancelledBeforeItBegan() throws Exception {
        String insert = "insert into t values (1) returning a";
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    connection.greet();
                    next(connection, "BEGIN", commandComplete("BEGIN"), readyForQuery('T'));
                    next(connection, insert, commandComplete("INSERT 0 1"), readyForQuery('T'));
                    next(connection, "COMMIT", CANCELLED, readyForQuery('E'));
                    next(connection, "ROLLBACK", CANCELLED, readyForQuery('E'));
                    next(connection, "ROLLBACK", commandComplete("ROLLBACK"), readyForQuery('I'));
                    next(connection, "select", commandComplete("SELECT 0"), readyForQuery('I'));
                    connection.awaitEnd();
                });
                Relay relay = Relay.to("127.0.0.1", upstream.port(), limits -> limits.maxRows(2));
                ScriptedClient client = relay.connect()) {
            client.login("somebody", "", "somewhere");
            client.send(query(insert), query("select"));
            assertThat(Told.next(client)).isEqualTo("C(INSERT 0 1) E(57014) ZI");
            assertThat(Told.next(client)).isEqualTo("C(SELECT 0) ZI");
        }
    }
}
