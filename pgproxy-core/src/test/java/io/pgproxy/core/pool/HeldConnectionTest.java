package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolMode;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who has nothing to do with a connection does not hold one, and who waits for one does not wait for ever. */
@WithPostgres
@Timeout(60)
class HeldConnectionTest {
    private static final PoolSettings ONE = PoolSettings.transaction(1);

    /** When nothing is answered before Terminate comes. */
    private static final Set<String> QUIET = Set.of("", "in a batch", "while it runs");

    @Test
    void partOfAMessageTakesNone(TestDatabase database) throws Exception {
        try (Relay relay = Relay.pooled(database, ONE);
                ScriptedClient slow = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            for (int size : new int[] {0, 100_000, 900_000}) {
                byte[] message = query("SELECT 'slow" + "w".repeat(size) + "'");
                int part = message.length / 2;
                slow.send(Arrays.copyOf(message, part));
                other.send(query("SELECT 'other'"));
                other.expect("TDCZ");
                slow.send(Arrays.copyOfRange(message, part, message.length));
                slow.expect("TDCZ");
            }
        }
    }

    @Test
    void syncAndFlushAloneTakeNone(TestDatabase database) throws Exception {
        try (Relay relay = Relay.pooled(database, ONE);
                ScriptedClient holder = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            holder.send(query("BEGIN"));
            holder.expect("CZ");
            other.send(FrontendBytes.flush(), sync());
            other.expect("Z");
        }
    }

    @Test
    void aFullQueueIsAnsweredAtOnce(TestDatabase database) throws Exception {
        PoolSettings pool = PoolSettings.builder().maximum(1).queueLimit(0).build();
        try (Relay relay = Relay.pooled(database, pool);
                ScriptedClient holder = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            holder.send(query("BEGIN"));
            holder.expect("CZ");
            other.send(query("SELECT 1"));
            assertThat(other.expect("EZ").get(0).sqlState()).isEqualTo("53300");
            other.send(parse("", "SELECT 1"), bind("", ""), execute(), sync());
            assertThat(other.expect("EZ").get(0).sqlState()).isEqualTo("53300");
            holder.send(query("COMMIT"));
            holder.expect("CZ");
            other.send(query("SELECT 1"));
            other.expect("TDCZ");
        }
    }

    @Test
    void aRefusedBlockTakesNone(TestDatabase database) throws Exception {
        PoolSettings statements =
                PoolSettings.builder().mode(PoolMode.STATEMENT).maximum(1).build();
        try (Relay relay = Relay.pooled(database, statements);
                ScriptedClient refused = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            refused.send(query("BEGIN"));
            refused.expect("EZ");
            other.send(query("SELECT 1"));
            other.expect("TDCZ");
        }
    }

    /** Each refusal makes room for the next that waits, all at once. */
    @Test
    void manyRefusedBlocksDoNotPileUp(TestDatabase database) throws Exception {
        PoolSettings statements =
                PoolSettings.builder().mode(PoolMode.STATEMENT).maximum(1).build();
        try (Relay relay = Relay.pooled(database, statements);
                ScriptedClient first = relay.login(database)) {
            first.send(query("SELECT pg_sleep(1.5)"));
            List<ScriptedClient> many = new ArrayList<>();
            try {
                for (int i = 0; i < 1_500; i++) {
                    ScriptedClient client = relay.login(database);
                    many.add(client);
                    client.send(query("BEGIN"));
                }
                first.expect("TDCZ");
                for (ScriptedClient client : many) {
                    client.expect("EZ");
                }
                first.send(query("SELECT 1"));
                first.expect("TDCZ");
            } finally {
                for (ScriptedClient client : many) {
                    client.close();
                }
            }
        }
    }

    /** The server would close its connection; the client keeps its end open. */
    @Test
    void whoHasSaidTerminateIsGone(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE copied (a int)");
        Map<String, byte[][]> conversations = new LinkedHashMap<>();
        conversations.put("", new byte[0][]);
        conversations.put("in a batch", new byte[][] {parse("", "SELECT 1")});
        conversations.put("in a batch that has failed", new byte[][] {bind("", "nobody")});
        conversations.put("behind a Query that was skipped", new byte[][] {execute("nobody", 0), query("SELECT 1")});
        conversations.put("in a block", new byte[][] {query("BEGIN")});
        conversations.put("in a failed block", new byte[][] {query("BEGIN"), query("SELECT 1/0")});
        conversations.put("pinned", new byte[][] {query("LISTEN a")});
        conversations.put("in COPY", new byte[][] {query("COPY copied FROM STDIN"), copyData("1\n")});
        conversations.put("with a suspended portal", new byte[][] {
            parse("", "SELECT generate_series(1, 9)"), bind("", ""), execute("", 1), FrontendBytes.flush()
        });
        conversations.put("while it runs", new byte[][] {query("SELECT pg_sleep(0.2)")});
        for (boolean atOnce : new boolean[] {true, false}) {
            for (Map.Entry<String, byte[][]> each : conversations.entrySet()) {
                try (Relay relay = Relay.pooled(database, ONE);
                        ScriptedClient leaving = relay.login(database);
                        ScriptedClient other = relay.login(database)) {
                    leaving.timeout(Duration.ofSeconds(5));
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    for (byte[] message : each.getValue()) {
                        all.writeBytes(message);
                    }
                    leaving.send(all.toByteArray());
                    if (!atOnce && !QUIET.contains(each.getKey())) {
                        leaving.readMessage();
                    }
                    leaving.send(terminate());
                    assertEnds(leaving, each.getKey());
                    other.timeout(Duration.ofSeconds(5)).send(query("SELECT count(*) FROM copied"));
                    assertThat(other.expect("TDCZ").get(1).values())
                            .as(each.getKey())
                            .containsExactly("0");
                }
            }
        }
    }

    private static void assertEnds(ScriptedClient client, String when) {
        try {
            while (!client.readMessage().equals(WireMessage.END)) {
                // answers to what came before
            }
        } catch (IOException | AssertionError e) {
            throw new AssertionError("terminated " + when, e);
        }
    }

    @Test
    void aLoginWaitsNoLongerThanAStatement(TestDatabase database) throws Exception {
        PoolSettings pool = PoolSettings.builder()
                .maximum(1)
                .queueTimeout(Duration.ofSeconds(1))
                .build();
        try (Relay relay = Relay.pooled(database, pool);
                ScriptedClient holder = relay.login(database)) {
            holder.send(query("BEGIN"));
            holder.expect("CZ");
            try (ScriptedClient late = relay.connect()) {
                late.timeout(Duration.ofSeconds(8));
                List<WireMessage> heard = late.tryLogin(
                        FrontendBytes.PROTOCOL_3_0,
                        Map.of(
                                "user", database.user(),
                                "database", database.name(),
                                "options", "-c geqo=off"),
                        database.password());
                assertThat(heard).hasSize(2);
                assertThat(heard.get(0).sqlState()).isEqualTo("53300");
            }
        }
    }

    @Test
    void theQueueOfOthersIsNoReasonToRefuse(TestDatabase database) throws Exception {
        PoolSettings pool = PoolSettings.builder()
                .maximum(2)
                .maximumPerDatabase(1)
                .queueLimit(1)
                .build();
        try (Relay relay = Relay.pooled(database, pool);
                ScriptedClient holder = relay.login(database);
                ScriptedClient waiting = relay.login(database);
                ScriptedClient elsewhere = relay.connect()) {
            Map<String, String> startup = Map.of("user", database.user(), "database", "postgres");
            elsewhere.login(FrontendBytes.PROTOCOL_3_0, startup, database.password());
            elsewhere.send(query("SELECT 1"));
            elsewhere.expect("TDCZ");
            holder.send(query("BEGIN"));
            holder.expect("CZ");
            waiting.send(query("SELECT 1"));
            Await.until("somebody waits", () -> relay.server().pools().get(0).waiting() == 1);
            elsewhere.send(query("SELECT 1"));
            elsewhere.expect("TDCZ");
            holder.send(query("COMMIT"), sync());
            holder.expect("CZ");
            waiting.expect("TDCZ");
        }
    }
}
