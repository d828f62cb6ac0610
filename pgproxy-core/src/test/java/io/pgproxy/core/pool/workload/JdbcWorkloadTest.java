package io.pgproxy.core.pool.workload;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Many clients by pgjdbc, whose statements have names from the first run on, on few connections. */
@WithPostgres
class JdbcWorkloadTest {
    private static final Duration LASTING = Extent.lasting(Duration.ofSeconds(2));

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
}
