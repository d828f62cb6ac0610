package io.pgproxy.core.wire;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.message;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A CancelRequest hits what it was meant for, or nothing. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CancelTest {
    private static final int RACES = 200;

    private TestDatabase database;
    private Relay relay;

    @BeforeAll
    void start(TestDatabase given) throws Exception {
        database = given;
        relay = Relay.to(given);
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    @Test
    void itEndsTheStatementAndTheSessionGoesOn() throws Exception {
        try (ScriptedClient client = relay.login(database);
                ScriptedClient bystander = relay.login(database)) {
            bystander.send(query("SELECT pg_sleep(0.5)"));
            client.send(query("SELECT pg_sleep(30)"));
            awaitSleep(client);
            cancel(client);
            assertThat(client.expect("TEZ").get(1).sqlState()).isEqualTo("57014");
            client.send(query("SELECT 1"));
            client.expect("TDCZ");
            bystander.expect("TDCZ");
        }
    }

    @Test
    void itEndsOneStatementOfAPipeline() throws Exception {
        try (ScriptedClient client = relay.login(database)) {
            client.send(parse("", "SELECT pg_sleep(30)"), bind("", ""), execute(), sync());
            client.send(parse("", "SELECT 'next'"), bind("", ""), execute(), sync());
            client.send(query("SELECT 'last'"));
            awaitSleep(client);
            cancel(client);
            assertThat(client.expect("12EZ").get(2).sqlState()).isEqualTo("57014");
            client.expect("12DCZ");
            client.expect("TDCZ");
        }
    }

    @Test
    void whatStandsBehindTerminateStaysUnread() throws Exception {
        try (ScriptedClient client = relay.login(database)) {
            client.send(query("SELECT pg_sleep(30)"), terminate(), message('?', new byte[3]));
            awaitSleep(client);
            cancel(client);
            client.expect("TEZ");
            client.expect("!");
        }
    }

    @Test
    void aLateOneNeverHitsTheNextQuery() throws Exception {
        try (ScriptedClient client = relay.login(database)) {
            for (int i = 0; i < RACES; i++) {
                client.send(query("SELECT 'first'"));
                Thread canceller = new Thread(() -> cancelQuietly(client));
                canceller.start();
                List<WireMessage> first = client.readUntilReady();
                assertThat(WireMessage.tags(first)).matches("TDCZ|T?EZ");
                canceller.join(); // the server has closed the cancel's connection: it has been dealt with
                client.send(query("SELECT pg_sleep(0.001)"));
                client.expect("TDCZ");
            }
        }
    }

    @Test
    void theServersOwnKeyIsNotShown() throws Exception {
        try (ScriptedClient client = relay.login(database)) {
            client.send(query("SELECT pg_sleep(0.3)"));
            awaitSleep(client);
            ScriptedClient.cancel(database.host(), database.port(), client.processId(), client.secretKey());
            client.expect("TDCZ");
        }
    }

    @Test
    void aKeyIsForgottenWithItsSession() throws Exception {
        ScriptedClient gone = relay.login(database);
        gone.close();
        Await.until("the session has ended", () -> relay.server().sessionCount() == 0);
        cancel(gone);
        relay.login(database).close();
    }

    private void cancelQuietly(ScriptedClient client) {
        try {
            cancel(client);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void cancel(ScriptedClient client) throws Exception {
        ScriptedClient.cancel("127.0.0.1", relay.port(), client.processId(), client.secretKey());
    }

    private void awaitSleep(ScriptedClient client) throws Exception {
        String sleeps = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = " + client.processId();
        Await.until("the query sleeps", () -> !database.query(sleeps).isEmpty());
    }
}
