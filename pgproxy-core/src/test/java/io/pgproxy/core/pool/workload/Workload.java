package io.pgproxy.core.pool.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.clients.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** All clients of one driver at once, on the few connections of a proxy. */
final class Workload {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(90);
    private static final long BETWEEN = TimeUnit.MILLISECONDS.toNanos(20);

    /** What a client asks at least. */
    private static final int LEAST = 15;

    private Workload() {}

    /** Clients go on until the time is over; then everything has to have been right. */
    static void run(String driver, PooledProxy proxy, Duration lasting, Opening opening) throws Exception {
        Tally tally = new Tally();
        long seed = System.nanoTime();
        long end = System.nanoTime() + lasting.toNanos();
        ExecutorService threads = Executors.newFixedThreadPool(Extent.CLIENTS);
        try {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < Extent.CLIENTS; i++) {
                int number = i;
                clients.add(threads.submit(() -> work(driver, number, proxy.place(), seed, end, opening, tally)));
            }
            awaitAll(clients, end + PATIENCE, proxy, tally);
        } finally {
            threads.shutdownNow();
        }
        String about = "seed " + seed + ", " + proxy.view();
        System.out.println(driver + ": " + tally.queries() + " queries, " + about);
        tally.assertAllRight(about);
        assertThat(tally.queries()).isGreaterThan((long) LEAST * Extent.CLIENTS);
        assertThat(proxy.census().most())
                .as("connections of the server at a time")
                .isBetween(1, Extent.CONNECTIONS);
        proxy.assertSettled();
    }

    /** Counts the connections until all clients are done. */
    static void awaitAll(List<Future<?>> clients, long deadline, PooledProxy proxy, Tally tally) throws Exception {
        for (Future<?> client : clients) {
            while (!client.isDone()) {
                proxy.census().now();
                if (System.nanoTime() > deadline) {
                    tally.wrong("somebody", "is stuck, " + proxy.view());
                    return;
                }
                LockSupport.parkNanos(BETWEEN);
            }
            client.get();
        }
    }

    private static Void work(
            String driver, int number, Place place, long seed, long end, Opening opening, Tally tally) {
        String name = driver + "_" + number;
        Random random = new Random(seed + number);
        try (Client client = opening.open(number, place)) {
            Rounds rounds = new Rounds(client, name, tally, random);
            rounds.begin();
            for (int i = 0; i < Rounds.LEAST || System.nanoTime() < end; i++) {
                rounds.round(number + i);
            }
        } catch (Exception e) {
            tally.failed(name, e);
        }
        return null;
    }

    /** Connects a client. */
    @FunctionalInterface
    interface Opening {
        Client open(int number, Place place) throws Exception;
    }
}
