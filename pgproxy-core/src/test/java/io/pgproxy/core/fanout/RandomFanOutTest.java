package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever clients write at the same time, and whatever becomes of them and the writers, all writers hold the same. */
@WithPostgres
@ExtendWith(SharedDatabases.class)
@Timeout(600)
class RandomFanOutTest {
    private static final int CLIENTS = 4;
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("pgproxy.fanout.seconds", 5));
    private static final long SEED = Long.getLong("pgproxy.fanout.seed", 1);

    private static final String[] DEFINITIONS = {
        "CREATE TABLE t (id int PRIMARY KEY, owner int, note text)",
        "INSERT INTO t SELECT i, 0, 'x' FROM generate_series(1, 20) i"
    };

    private static final String SAME =
            "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id)) FROM t WHERE NOT (%s)";

    /** All but those that have no end of their own. */
    private static final String OTHERS =
            " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

    private static final String LEFT =
            "SELECT pid, state, wait_event, query_start, pg_blocking_pids(pid), query" + OTHERS;

    @Test
    void writersHoldTheSameAfterEverything(LocalPostgres server) throws Exception {
        run(server, false);
    }

    @Test
    void writersThatAreLostLeaveNoUntoldDifference(LocalPostgres server) throws Exception {
        run(server, true);
    }

    private static void run(LocalPostgres server, boolean kills) throws Exception {
        List<String> unsure = Collections.synchronizedList(new ArrayList<>(List.of("false")));
        try (Writers writers = Writers.of(server, 3, DEFINITIONS)) {
            writers.database(1).execute("ALTER TABLE t ADD CHECK (note <> 'bad b')");
            writers.database(0).execute("ALTER TABLE t ADD CHECK (note <> 'bad a')");
            for (int i = 0; i < 3; i++) {
                writers.database(i).execute("ALTER TABLE t ADD CHECK (note <> 'bad')");
            }
            long end = System.nanoTime() + LENGTH.toNanos() / 2;
            ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 2);
            try {
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    RandomWriter client = new RandomWriter(writers, i + 1, new Random(SEED * 1000 + i), kills);
                    running.add(threads.submit(() -> {
                        client.run(end);
                        unsure.addAll(client.unsure());
                        return null;
                    }));
                }
                if (kills) {
                    running.add(threads.submit(() -> {
                        kill(writers, new Random(SEED), end);
                        return null;
                    }));
                }
                for (Future<?> each : running) {
                    each.get(LENGTH.toSeconds() + 60, TimeUnit.SECONDS);
                }
            } finally {
                threads.shutdownNow();
            }
            awaitIdle(writers);
            String same = SAME.formatted(String.join(" OR ", unsure));
            assertThat(writers.all(same).stream().distinct())
                    .as("seed %d, %s", SEED, same)
                    .hasSize(1);
            try (ScriptedClient last = writers.login()) {
                last.send(query("INSERT INTO t VALUES (-1, 0, 'last')"));
                assertThat(WireMessage.tags(last.readUntilReady())).isEqualTo("CZ");
            }
        }
    }

    private static void kill(Writers writers, Random random, long end) throws Exception {
        while (System.nanoTime() < end) {
            Thread.sleep(20 + random.nextInt(80));
            writers.database(random.nextInt(3))
                    .query("SELECT pg_terminate_backend(pid) FROM (SELECT pid" + OTHERS
                            + " ORDER BY md5(pid::text) LIMIT 1) p");
        }
    }

    /** Sessions whose clients are gone roll back in their own time. */
    private static void awaitIdle(Writers writers) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        for (int i = 0; i < 3; i++) {
            List<List<@Nullable String>> left = writers.database(i).query(LEFT);
            while (!left.isEmpty()) {
                assertThat(System.nanoTime())
                        .as("seed %d, left on %d: %s", SEED, i, left)
                        .isLessThan(end);
                Thread.sleep(10);
                left = writers.database(i).query(LEFT);
            }
        }
    }
}
