package io.pgproxy.core.pool.workload;

import io.pgproxy.core.clients.Node;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Many clients by pg of Node.js, with its cursors, its streams of COPY data, and statements of the same names. */
@WithPostgres
class NodePgWorkloadTest {
    private static final Duration LASTING = Extent.lasting(Duration.ofSeconds(1));

    @Test
    void everybodyIsAnsweredWhatTheyAsked(TestDatabase database) throws Exception {
        Node node = Node.installed();
        try (PooledProxy proxy = PooledProxy.before(database, Extent.POOL)) {
            OtherWorkload.run(proxy, LASTING, (size, patience) -> node.run("workload", proxy.place(), size, patience));
        }
    }
}
