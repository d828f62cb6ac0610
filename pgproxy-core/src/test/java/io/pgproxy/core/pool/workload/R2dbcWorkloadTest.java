package io.pgproxy.core.pool.workload;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** Many clients by r2dbc-postgresql on few connections. */
@WithPostgres
class R2dbcWorkloadTest {
    private static final Duration LASTING = Extent.lasting(Duration.ofSeconds(1));

    @Test
    void everybodyIsAnsweredWhatTheyAsked(TestDatabase database) throws Exception {
        LoopResources loops = LoopResources.create("r2dbc", 2, true);
        try (PooledProxy proxy = PooledProxy.before(database, Extent.POOL)) {
            Workload.run("r2dbc", proxy, LASTING, (number, place) -> R2dbcClient.at(loops, place));
        } finally {
            loops.disposeLater(Duration.ZERO, Duration.ofSeconds(30)).block(Duration.ofSeconds(30));
            Schedulers.shutdownNow();
        }
    }
}
