package io.pgproxy.core.faults;

import static io.pgproxy.hook.Told.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Those who never finish to log in cost those who work little time, and the proxy little memory. */
@WithPostgres
class FloodTest {
    private static final int SOCKETS = 2_000;
    private static final int ASKED = 400;

    /** Of a start-up packet of 10,000 bytes. */
    private static final byte[] BEGINNING = {0, 0, 0x27, 0x10, 0, 3, 0, 0};

    private final TestDatabase database;
    private final Random random = new Random(1);
    private int[] dripped = new int[SOCKETS];

    FloodTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void halfOpenAndSlowClientsHurtNobody() throws Exception {
        List<Double> ratios = new ArrayList<>();
        for (int run = 0; run < 3; run++) { // the machine may be busy with something else
            ratios.add(ratioOfMedians());
            if (ratios.get(run) < 2) {
                break;
            }
        }
        assertThat(ratios).anyMatch(ratio -> ratio < 2);
    }

    private double ratioOfMedians() throws Exception {
        List<SocketChannel> flood = new ArrayList<>();
        try (Relay relay = Relay.to(
                        database.host(),
                        database.port(),
                        limits -> limits.logins(5_000).loginsPerAddress(5_000).loginDeadline(Duration.ofSeconds(60)));
                ScriptedClient client = relay.login(database)) {
            median(client, () -> {}); // warm
            double quiet = median(client, () -> {});
            long before = directMemory();
            dripped = new int[SOCKETS];
            open(flood, relay.port());
            // One byte each now and then, of a start-up packet that will never be whole.
            double flooded = median(client, () -> drip(flood));
            assertThat(directMemory() - before).isLessThan(64L << 20);
            assertThat(relay.server().sessionCount()).isEqualTo(SOCKETS + 1);
            return flooded / quiet;
        } finally {
            for (SocketChannel each : flood) {
                each.close();
            }
        }
    }

    private static void open(List<SocketChannel> flood, int port) throws IOException {
        for (int i = 0; i < SOCKETS; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.configureBlocking(false);
            flood.add(channel);
        }
    }

    private void drip(List<SocketChannel> flood) throws IOException {
        for (int i = 0; i < 5; i++) {
            int socket = random.nextInt(SOCKETS);
            int at = dripped[socket]++;
            flood.get(socket).write(ByteBuffer.wrap(new byte[] {at < BEGINNING.length ? BEGINNING[at] : (byte) 'a'}));
        }
    }

    private static double median(ScriptedClient client, Drip meanwhile) throws IOException {
        long[] nanos = new long[ASKED];
        for (int i = 0; i < ASKED; i++) {
            meanwhile.drip();
            long began = System.nanoTime();
            assertThat(ask(client, "select 1 as a")).endsWith("ZI");
            nanos[i] = System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        return nanos[ASKED / 2];
    }

    private static long directMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    /** What the others do meanwhile. */
    @FunctionalInterface
    private interface Drip {
        void drip() throws IOException;
    }
}
