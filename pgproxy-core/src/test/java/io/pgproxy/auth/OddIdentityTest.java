package io.pgproxy.auth;

import static io.pgproxy.testkit.peer.FrontendBytes.startup;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Whatever an authenticator returns, the client is told how its login ends. */
@WithPostgres
class OddIdentityTest {
    private final TestDatabase database;

    OddIdentityTest(TestDatabase database) {
        this.database = database;
    }

    private List<WireMessage> login(UnaryOperator<Identity> identity) throws Exception {
        Authenticator odd = login -> CompletableFuture.completedFuture(identity.apply(Identity.of(login)));
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, odd);
                ScriptedClient client = proxy.connect()) {
            client.send(startup(database.user(), database.name()));
            List<WireMessage> said = client.readUntilReady();
            client.close();
            Await.until("the session is over", () -> proxy.server().sessionCount() == 0);
            return said;
        }
    }

    @Test
    void whoseTimeHasLongBeenOver() throws Exception {
        for (Instant end : List.of(Instant.MIN, Instant.EPOCH)) {
            List<WireMessage> said = login(identity -> identity.withValidUntil(end));
            assertThat(WireMessage.tags(said)).endsWith("E!");
            assertThat(said.get(said.size() - 2).sqlState()).isEqualTo("57P01");
        }
    }

    @Test
    void whoseTimeNeverEnds() throws Exception {
        assertThat(WireMessage.tags(login(identity -> identity.withValidUntil(Instant.MAX))))
                .endsWith("Z");
    }

    @Test
    void withANameThatNoStartUpPacketHolds() throws Exception {
        List<WireMessage> said = login(identity -> identity.withUser("u".repeat(20_000)));
        assertThat(WireMessage.tags(said)).isEqualTo("E!");
        assertThat(said.get(0).severity()).isEqualTo("FATAL");
    }
}
