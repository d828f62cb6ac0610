package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many clients read, write and change definitions at random, with a driver and in pipelines of raw messages; some have
 * their queries cancelled, some vanish in their commits, some lose their connections. And no answer is wrong: none that
 * was superseded before it was asked for, none that was never committed, none of somebody else. The profile
 * {@code soak} runs it for an hour; {@code soak.minutes} says how long, {@code soak.seed} from which seed.
 */
@WithPostgres
class SoundnessTest {
    private static final Duration TIME =
            Duration.ofMillis((long) (60_000 * Double.parseDouble(System.getProperty("pgproxy.soak.minutes", "0.5"))));
    private static final long SEED = Long.getLong("pgproxy.soak.seed", 20260101);

    private static final Logger LOG = LoggerFactory.getLogger(SoundnessTest.class);

    private final TestDatabase database;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> clients = new ArrayList<>();
    private final Random seeds = new Random(SEED);

    SoundnessTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void noAnswerIsWrong() throws Exception {
        database.execute(World.ROLES);
        database.execute(World.TABLES);
        World world = new World();
        Troubles troubles = new Troubles();
        try (Cancels cancels = new Cancels();
                SharedCache proxy = new SharedCache(database, 4, SoundnessTest::settings)) {
            begin(new Place(database, world, troubles, cancels), proxy);
            for (Future<?> client : clients) {
                client.get();
            }
            CacheStatistics statistics = proxy.cache().statistics();
            String what = "seed " + SEED + ": " + world.checked + " rows, " + statistics + ", " + troubles;
            LOG.info("{}", what);
            assertThat(world.faults()).as(what).isEmpty();
            assertThat(statistics.hits()).as(what).isGreaterThan(world.checked.get() / 20);
            assertThat(statistics.overtaken()).as(what).isPositive();
            assertThat(troubles.unexplained()).as(what).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    /** What becomes of lost commits is known soon here, and to be cached again within the time of the test. */
    private static void settings(ResultCacheHookBuilder cache) {
        cache.trigger("public.noted", "note", "public.audit");
        cache.lostInCommit = Duration.ofSeconds(5);
    }

    private void begin(Place place, SharedCache proxy) {
        long end = System.nanoTime() + TIME.toNanos();
        String me = database.user();
        for (String how : List.of("prepareThreshold=1", "prepareThreshold=5", "preferQueryMode=simple")) {
            driver(place, proxy.port(), me, how, end);
            driver(place, proxy.port(), me, how, end);
        }
        driver(place, proxy.port(), "alice", "prepareThreshold=1", end);
        driver(place, proxy.port(), "bob", "prepareThreshold=1", end);
        driver(place, proxy.pooledPort(), me, "prepareThreshold=1", end);
        driver(place, proxy.pooledPort(), me, "preferQueryMode=simple", end);
        pipelines(place, proxy.port(), me, end);
        pipelines(place, proxy.port(), "alice", end);
        pipelines(place, proxy.pooledPort(), me, end);
        clients.add(threads.submit(new Terminations(database, place.troubles(), new Random(seeds.nextLong()), end)));
    }

    private void driver(Place place, int port, String user, String how, long end) {
        String kind = user + ":" + port + ":" + how;
        Sessions.Opening opening =
                (random, name) -> new RandomClient(place, place.connect(port, user, how), random, user, name);
        clients.add(threads.submit(new Sessions(kind, opening, place.troubles(), seeds.nextLong(), end)));
    }

    private void pipelines(Place place, int port, String user, long end) {
        String kind = user + ":" + port + ":pipelines";
        Sessions.Opening opening = (random, name) -> new PipelineClient(place, port, random, user, name);
        clients.add(threads.submit(new Sessions(kind, opening, place.troubles(), seeds.nextLong(), end)));
    }
}
