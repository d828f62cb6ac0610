package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that asks for much that is served, and does not read, keeps little memory. */
@WithPostgres
class ServedBackpressureTest {
    private static final String WIDE = "select repeat('x', 500000) as keep";
    private static final int TIMES = 400;

    private final TestDatabase database;

    ServedBackpressureTest(TestDatabase database) {
        this.database = database;
    }

    private static byte[] asked(boolean simple, String sql) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<byte[]> messages = simple ? List.of(query(sql)) : List.of(parse("", sql), bind("", ""), execute(), sync());
        messages.forEach(all::writeBytes);
        return all.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsServedWaitsUntilTheClientReads(boolean simple) throws Exception {
        try (HookedProxy proxy = HookedProxy.before(database, Shelf.of("keep"));
                ScriptedClient stalled = proxy.client();
                ScriptedClient other = proxy.client()) {
            ask(other, asked(simple, WIDE));
            long before = usedByNetty();
            for (int i = 0; i < TIMES; i++) {
                stalled.send(asked(simple, WIDE));
            }
            for (int i = 0; i < 50; i++) { // on the same event loop: behind what it has done about the other
                assertThat(ask(other, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
            }
            assertThat(usedByNetty() - before).isLessThan(16L << 20);

            long rows = 0;
            for (int i = 0; i < TIMES; i++) {
                rows += stalled.readUntilReady().stream()
                        .filter(message -> message.tag() == 'D')
                        .mapToLong(message -> message.body().length)
                        .sum();
            }
            assertThat(rows).isGreaterThan(TIMES * 500_000L);
            assertThat(ask(stalled, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        }
    }

    @Test
    void whatBreaksTheProtocolIsToldOnceTheClientHasRead() throws Exception {
        try (HookedProxy proxy = HookedProxy.before(database, Shelf.of("keep"));
                ScriptedClient stalled = proxy.client();
                ScriptedClient other = proxy.client()) {
            ask(other, asked(true, WIDE));
            for (int i = 0; i < TIMES / 4; i++) {
                stalled.send(asked(true, WIDE));
            }
            stalled.send(new byte[] {'Q', 0, 0, 0, 3});
            assertThat(ask(other, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");

            for (int i = 0; i < TIMES / 4; i++) {
                assertThat(Told.next(stalled)).endsWith("C(SELECT 1) ZI");
            }
            assertThat(Told.next(stalled)).startsWith("E(08P01)");
        }
    }

    /** What was answered waits for what the server says to the rest. */
    @Test
    void whatIsServedInFrontOfAQueryIsLetGoWithTheClient() throws Exception {
        try (HookedProxy proxy = HookedProxy.before(database, Shelf.of("keep"));
                ScriptedClient vanishing = proxy.client();
                ScriptedClient other = proxy.client()) {
            ask(other, asked(false, "select 1 as keep"));
            vanishing.send(parse("", "select 1 as keep"), bind("", ""), execute());
            vanishing.send(parse("", "select pg_sleep(1)"), bind("", ""), execute(), sync());
            while (database.query("select from pg_stat_activity where state = 'active' and query ~ '^select pg_sleep'")
                    .isEmpty()) {
                Thread.onSpinWait();
            }
            vanishing.close(); // without a word, but not by a reset
            assertThat(ask(other, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        }
    }

    private static long usedByNetty() {
        var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }
}
