package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many clients read, write and change definitions at random, and no answer is wrong: none that was superseded before it
 * was asked for, none that was never committed, none of somebody else. The profile {@code soak} runs it for an hour;
 * {@code soak.minutes} says how long, {@code soak.seed} from which seed.
 */
@WithPostgres
class SoundnessTest {
    private static final Duration TIME =
            Duration.ofMillis((long) (60_000 * Double.parseDouble(System.getProperty("pgproxy.soak.minutes", "0.25"))));
    private static final long SEED = Long.getLong("pgproxy.soak.seed", 20260101);

    private static final Logger LOG = LoggerFactory.getLogger(SoundnessTest.class);

    private final TestDatabase database;
    private final World world = new World();
    private final Map<String, AtomicInteger> errors = new ConcurrentHashMap<>();

    SoundnessTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void noAnswerIsWrong() throws Exception {
        database.execute(World.ROLES);
        database.execute(World.TABLES);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (SharedCache proxy =
                new SharedCache(database, 3, cache -> cache.trigger("public.noted", "note", "public.audit"))) {
            long end = System.nanoTime() + TIME.toNanos();
            Random seeds = new Random(SEED);
            List<Future<?>> clients = new ArrayList<>();
            String me = database.user();
            for (String how : List.of("prepareThreshold=1", "prepareThreshold=5", "preferQueryMode=simple")) {
                clients.add(threads.submit(client(proxy.port(), me, how, seeds.nextLong(), end)));
                clients.add(threads.submit(client(proxy.port(), me, how, seeds.nextLong(), end)));
            }
            clients.add(threads.submit(client(proxy.port(), "alice", "prepareThreshold=1", seeds.nextLong(), end)));
            clients.add(threads.submit(client(proxy.port(), "bob", "prepareThreshold=1", seeds.nextLong(), end)));
            clients.add(threads.submit(client(proxy.pooledPort(), me, "prepareThreshold=1", seeds.nextLong(), end)));
            clients.add(
                    threads.submit(client(proxy.pooledPort(), me, "preferQueryMode=simple", seeds.nextLong(), end)));
            for (Future<?> client : clients) {
                client.get();
            }
            CacheStatistics statistics = proxy.cache().statistics();
            String what = "seed " + SEED + ": " + world.checked + " rows, " + statistics + ", errors " + errors;
            LOG.info("{}", what);
            assertThat(world.faults()).as(what).isEmpty();
            assertThat(statistics.hits()).as(what).isGreaterThan(world.checked.get() / 20);
            assertThat(statistics.overtaken()).as(what).isPositive();
            assertThat(errors.keySet()).as(what).allMatch(error -> error.matches("(40001|40P01|0A000|55P03) .*"));
        } finally {
            threads.shutdownNow();
        }
    }

    private Callable<Void> client(int port, String user, String how, long seed, long end) {
        return () -> {
            Random random = new Random(seed);
            int opened = 0;
            while (System.nanoTime() < end) {
                String name = user + ":" + port + ":" + how + ":" + opened++;
                try (RandomClient client = new RandomClient(world, connect(port, user, how), random, user, name)) {
                    int steps = random.nextInt(50, 2000);
                    for (int i = 0; i < steps && System.nanoTime() < end; i++) {
                        step(client);
                    }
                }
            }
            return null;
        };
    }

    /** What the server refuses is no matter: deadlocks, changed columns, tables that are gone. */
    private void step(RandomClient client) {
        try {
            client.step();
        } catch (SQLException e) {
            String key =
                    e.getSQLState() + " " + e.getMessage().lines().findFirst().orElse("");
            errors.computeIfAbsent(key, state -> new AtomicInteger()).incrementAndGet();
        }
    }

    private Connection connect(int port, String user, String how) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database.name() + "?user="
                + user + "&password=" + database.password() + "&sslmode=disable&" + how);
    }
}
