package io.pgproxy.core.pool.workload;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many clients by vertx-pg-client on few connections. */
@WithPostgres
class VertxWorkloadTest {
    private static final Duration LASTING = Extent.lasting(Duration.ofSeconds(1));

    @Test
    void everybodyIsAnsweredWhatTheyAsked(TestDatabase database) throws Exception {
        Vertx vertx = Vertx.vertx();
        try (PooledProxy proxy = PooledProxy.before(database, Extent.POOL)) {
            Workload.run("vertx", proxy, LASTING, (number, place) -> VertxClient.at(vertx, place));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }
}
