package io.pgproxy.core.pool.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many clients by pgjdbc, whose statements have names from the first run on, on few connections. */
@WithPostgres
class JdbcWorkloadTest {
    private static final Duration LASTING = Extent.lasting(Duration.ofSeconds(1));

    private static final int UNLIKE = 9;

    @Test
    void everybodyIsAnsweredWhatTheyAsked(TestDatabase database) throws Exception {
        try (PooledProxy proxy = PooledProxy.before(database, Extent.POOL)) {
            Workload.run("jdbc", proxy, LASTING, (number, place) -> switch (number % 4) {
                case 0 -> JdbcClient.at(place, "preferQueryMode", "simple");
                case 1 -> JdbcClient.at(place, "prepareThreshold", "1", "autosave", "always");
                case 2 -> JdbcClient.at(place, "prepareThreshold", "1", "preferQueryMode", "extendedCacheEverything");
                default -> JdbcClient.at(place, "prepareThreshold", "1", "binaryTransfer", "true");
            });
        }
    }

    /** Start-up parameters tell connections apart: those of one kind have to go for those of another to come. */
    @Test
    void clientsOfOtherStartUpParametersTakeTurns(TestDatabase database) throws Exception {
        List<String> flavours = List.of("vanilla", "lemon", "mint");
        Tally tally = new Tally();
        ExecutorService threads = Executors.newFixedThreadPool(UNLIKE);
        try (PooledProxy proxy = PooledProxy.before(database, Extent.POOL)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < UNLIKE; i++) {
                String name = "unlike_" + i;
                String flavour = flavours.get(i % flavours.size());
                all.add(threads.submit(() -> {
                    try (JdbcClient client = JdbcClient.at(proxy.place(), "options", "-c app.flavour=" + flavour)) {
                        for (int n = 0; n < 10; n++) {
                            List<List<String>> seen =
                                    client.ask("select current_setting('app.flavour'), $1::text", name + "_" + n);
                            tally.same(name, "its flavour", seen, List.of(List.of(flavour, name + "_" + n)));
                            tally.asked();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
            tally.assertAllRight(proxy.view().toString());
            assertThat(tally.queries()).isEqualTo(10L * UNLIKE);
            proxy.assertSettled();
        } finally {
            threads.shutdownNow();
        }
    }
}
