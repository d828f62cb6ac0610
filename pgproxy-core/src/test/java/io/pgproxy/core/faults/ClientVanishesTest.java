package io.pgproxy.core.faults;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.startup;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that is gone without a word, by a reset or an end of stream, leaves nothing running at the server. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientVanishesTest {
    private static final Duration SOON = Duration.ofSeconds(3);

    enum While {
        IDLE,
        IN_A_LONG_QUERY,
        IN_THE_MIDDLE_OF_A_RESULT,
        IN_COPY_IN,
        IN_COPY_OUT,
        IN_A_TRANSACTION,
        IN_A_PIPELINE,
        IN_THE_MIDDLE_OF_A_MESSAGE;

        void bringAbout(ScriptedClient client) throws IOException {
            switch (this) {
                case IDLE -> {}
                case IN_A_LONG_QUERY -> client.send(query("SELECT pg_sleep(60)"));
                case IN_THE_MIDDLE_OF_A_RESULT -> {
                    client.send(query("SELECT repeat('x', 8000), generate_series(1, 100000000)"));
                    client.expectNext("TDDD");
                }
                case IN_COPY_IN -> {
                    client.send(query("COPY t FROM STDIN"));
                    client.expect("G");
                    client.send(copyData("1\n2\n"));
                }
                case IN_COPY_OUT -> {
                    client.send(query("COPY (SELECT repeat('x', 8000), generate_series(1, 100000000)) TO STDOUT"));
                    client.expectNext("Hddd");
                }
                case IN_A_TRANSACTION -> {
                    client.send(query("BEGIN; LOCK TABLE t"));
                    client.expect("CCZ");
                }
                case IN_A_PIPELINE -> {
                    client.send(query("BEGIN; LOCK TABLE t"));
                    for (int i = 0; i < 50; i++) {
                        client.send(parse("", "SELECT pg_sleep(5)"), bind("", ""), execute(), sync());
                    }
                }
                case IN_THE_MIDDLE_OF_A_MESSAGE -> {
                    byte[] message = query("INSERT INTO t VALUES (1)");
                    client.send(Arrays.copyOf(message, message.length - 3));
                }
            }
        }
    }

    private static final Set<While> SLEEPING = EnumSet.of(While.IN_A_LONG_QUERY, While.IN_A_PIPELINE);

    private TestDatabase database;
    private Relay relay;

    @BeforeAll
    void start(TestDatabase given) throws Exception {
        database = given;
        database.execute("CREATE TABLE t (a int)");
        relay = Relay.to(given);
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    @ParameterizedTest
    @EnumSource
    void byReset(While when) throws Exception {
        ScriptedClient client = relay.login(database);
        bringAbout(when, client);
        client.reset();
        assertNothingIsLeft(client);
    }

    @ParameterizedTest
    @EnumSource
    void byEndOfStream(While when) throws Exception {
        try (ScriptedClient client = relay.login(database)) {
            bringAbout(when, client);
            client.halfClose();
            assertNothingIsLeft(client);
        }
    }

    @Test
    void inTheMiddleOfItsLogin(@WithPostgres(hba = "host all all 127.0.0.1/32 scram-sha-256") TestDatabase asking)
            throws Exception {
        try (Relay toAsking = Relay.to(asking)) {
            ScriptedClient client = toAsking.connect();
            client.send(startup(asking.user(), asking.name()));
            client.expectNext("R");
            client.reset();
            Await.within(
                    SOON,
                    "the proxy's session has ended",
                    () -> toAsking.server().sessionCount() == 0);
            Await.within(
                    SOON,
                    "the server's has, too",
                    () -> asking.query(
                                    "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND state IS NULL")
                            .isEmpty());
        }
    }

    private void bringAbout(While when, ScriptedClient client) throws Exception {
        when.bringAbout(client);
        if (SLEEPING.contains(when)) {
            Await.until(
                    "the query sleeps",
                    () -> !database.query("SELECT 1 FROM pg_stat_activity" + " WHERE wait_event = 'PgSleep' AND pid = "
                                    + client.processId())
                            .isEmpty());
        }
    }

    private void assertNothingIsLeft(ScriptedClient client) throws Exception {
        Await.within(SOON, "the proxy's session has ended", () -> relay.server().sessionCount() == 0);
        Await.within(
                SOON,
                "the server's has, too",
                () -> database.query("SELECT 1 FROM pg_stat_activity WHERE pid = " + client.processId())
                        .isEmpty());
        assertThat(database.query("SELECT * FROM t")).isEmpty();
    }
}
