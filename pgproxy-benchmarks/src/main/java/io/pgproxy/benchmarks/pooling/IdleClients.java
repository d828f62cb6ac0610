package io.pgproxy.benchmarks.pooling;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Many clients that do nothing, until each of them, one after another, asks for a row. Prints {@code idle COUNT} when
 * all have asked once, waits for a line, wakes them, and prints the milliseconds until they were answered: median, 99th
 * percentile, most, and how many took longer than 50.
 */
public final class IdleClients {
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final String QUERY = "SELECT 1";

    private IdleClients() {}

    /**
     * Connects, waits, wakes.
     *
     * @param arguments the port, the user and the database, and how many
     * @throws IOException if one of them gets an error, or is sent away
     */
    public static void main(String[] arguments) throws IOException {
        InetSocketAddress where =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        int count = Integer.parseInt(arguments[3]);
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
        List<RawClient> clients = new ArrayList<>(count);
        try {
            for (int i = 0; i < count; i++) {
                RawClient client = RawClient.connect(where, arguments[1], arguments[2], buffer);
                clients.add(client);
                client.query(QUERY);
            }
            System.out.println("idle " + count);
            if (System.in.read() >= 0) {
                wake(clients);
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    private static void wake(List<RawClient> clients) throws IOException {
        Collections.shuffle(clients, new Random(1));
        long[] nanos = new long[clients.size()];
        for (int i = 0; i < nanos.length; i++) {
            long before = System.nanoTime();
            clients.get(i).query(QUERY);
            nanos[i] = System.nanoTime() - before;
        }
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%.2f %.2f %.2f %d%n",
                nanos[nanos.length / 2] / 1e6,
                nanos[nanos.length * 99 / 100] / 1e6,
                nanos[nanos.length - 1] / 1e6,
                Arrays.stream(nanos).filter(each -> each > PATIENCE).count());
    }
}
