package io.pgproxy.core.pool.workload;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Many clients whose statements have the same names and other texts, on few connections. */
@WithPostgres
class RawWorkloadTest {
    private static final Duration LASTING = Extent.lasting(Duration.ofSeconds(1));
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void everybodyIsAnsweredWhatTheyAsked(TestDatabase database) throws Exception {
        try (PooledProxy proxy = PooledProxy.before(database, Extent.POOL)) {
            Workload.run("raw", proxy, LASTING, (number, place) -> RawClient.at(place, new Random(number), PATIENCE));
        }
    }
}
