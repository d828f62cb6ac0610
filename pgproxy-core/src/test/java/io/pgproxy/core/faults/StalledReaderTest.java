package io.pgproxy.core.faults;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client that asks for much and reads little holds up its own upstream, and no memory to speak of. */
@WithPostgres
class StalledReaderTest {
    private static final int CLIENTS = 8;

    @Test
    void aResultOf2GigabytesIsNotReadForAClientThatDoesNotReadIt(TestDatabase database) throws Exception {
        try (Relay relay = Relay.to(database)) {
            flowing(relay, database);
            long before = usedByNetty();
            List<ScriptedClient> stalled = new ArrayList<>();
            stalled.add(stalled(relay, database));
            awaitStalled(database, 1);
            assertThat(usedByNetty() - before).isLessThan(1 << 20);

            while (stalled.size() < CLIENTS) {
                stalled.add(stalled(relay, database));
            }
            awaitStalled(database, CLIENTS);
            assertThat(usedByNetty() - before).isLessThan(4 << 20);

            for (ScriptedClient client : stalled) {
                client.reset();
            }
            Await.until("the sessions have ended", () -> relay.server().sessionCount() == 0);
            Await.until(
                    "the server's have, too",
                    () -> database.query(
                                    "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%repeat%' AND pid <> pg_backend_pid()")
                            .isEmpty());
        }
    }

    /** The allocator takes memory in chunks: what a result takes that flows is there before the stalled one begins. */
    private static void flowing(Relay relay, TestDatabase database) throws Exception {
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", relay.port(), 1 << 16)) {
            client.login(database.user(), database.password(), database.name());
            client.send(query("SELECT repeat('x', 2000), generate_series(1, 20000)"));
            client.expect("TD*CZ");
        }
    }

    private static ScriptedClient stalled(Relay relay, TestDatabase database) throws Exception {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", relay.port(), 1 << 16);
        client.login(database.user(), database.password(), database.name());
        client.send(query("SELECT repeat('x', 2000), generate_series(1, 1000000)"));
        assertThat(client.skipBytes(1 << 20)).isEqualTo(1 << 20);
        return client;
    }

    private static void awaitStalled(TestDatabase database, int clients) throws Exception {
        Await.until(
                "the server waits for its clients",
                () -> clients
                        == database.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'ClientWrite'")
                                .size());
    }

    private static long usedByNetty() {
        var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }
}
