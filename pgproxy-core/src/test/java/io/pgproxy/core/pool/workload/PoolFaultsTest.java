package io.pgproxy.core.pool.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.clients.Place;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * Clients on few connections while some of them vanish or are cancelled in the midst of all they do, and while
 * connections of the server are ended: nobody ever sees anything of another, and afterwards everybody is well.
 */
@WithPostgres
class PoolFaultsTest {
    private static final Duration LASTING = Extent.lasting(Duration.ofSeconds(4));
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final int CLIENTS = Math.min(24, Extent.CLIENTS);
    /** What a client asks at least, however often it is disturbed. */
    private static final int LEAST = 20;

    private final Tally tally = new Tally();
    private final AtomicBoolean calm = new AtomicBoolean();
    private int terminations;

    @Test
    void nobodySuffersForTheFaultsOfAnother(TestDatabase database) throws Exception {
        long seed = Long.getLong("pgproxy.pool.seed", System.nanoTime());
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (PooledProxy proxy = PooledProxy.before(database, Extent.POOL)) {
            List<Life> lives = new ArrayList<>();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(seed + i);
                Life.Opening opening =
                        i % 4 < 2 ? new ByJdbc(proxy.place()) : new ByHand(proxy.place(), new Random(seed - i));
                Life life = new Life("fault_" + i, i, i % 2 == 0, opening, tally, random);
                lives.add(life);
                all.add(threads.submit(() -> life.live(calm::get)));
            }
            disturb(proxy, lives, new Random(seed));
            calm.set(true);
            Workload.awaitAll(all, System.nanoTime() + PATIENCE, proxy, tally);
            String about = "seed " + seed + ", " + terminations + " connections ended, " + proxy.view();
            System.out.println("faults: " + tally.queries() + " queries, " + about);
            tally.assertAllRight(about);
            assertThat(tally.queries()).isGreaterThan((long) LEAST * CLIENTS);
            assertThat(terminations).isPositive();
            assertThat(lives.stream()
                            .filter(Life::isInnocent)
                            .mapToInt(Life::terminated)
                            .sum())
                    .as("of an ended connection one client hears, in words and by its end; " + about)
                    .isLessThanOrEqualTo(2 * terminations);
            proxy.assertSettled();
        } finally {
            calm.set(true);
            threads.shutdownNow();
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void disturb(PooledProxy proxy, List<Life> lives, Random random) throws Exception {
        List<Life> guilty = lives.stream().filter(life -> !life.isInnocent()).toList();
        long end = System.nanoTime() + LASTING.toNanos();
        while (System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(20)); // the pace of the disturbances; nothing is waited for
            Life life = guilty.get(random.nextInt(guilty.size()));
            switch (random.nextInt(10)) {
                case 0 -> {
                    proxy.census().terminateOne(random);
                    terminations++;
                }
                case 1 -> life.cut();
                default -> life.cancel();
            }
        }
    }

    /** pgjdbc. */
    private record ByJdbc(Place place) implements Life.Opening {
        @Override
        public Client open() throws Exception {
            return JdbcClient.at(place, "prepareThreshold", "1", "socketTimeout", String.valueOf(ANSWER.toSeconds()));
        }

        @Override
        public void cancel(Client client) throws Exception {
            ((JdbcClient) client).cancel();
        }
    }

    /** Messages by hand. */
    private record ByHand(Place place, Random random) implements Life.Opening {
        @Override
        public Client open() throws Exception {
            return RawClient.at(place, random, ANSWER);
        }

        @Override
        public void cancel(Client client) throws Exception {
            ScriptedClient wire = ((RawClient) client).wire();
            ScriptedClient.cancel(place.host(), place.port(), wire.processId(), wire.secretKey());
        }
    }
}
