package io.pgproxy.core.pool.workload;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.RowTransform;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.TransformHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.Column;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
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

    @Test
    void soTheyAreBehindLimits(TestDatabase database) throws Exception {
        ProxyServerBuilder limited = ProxyServer.builder()
                .limits(Limits.builder()
                        .maxRows(1_000_000)
                        .maxBytes(1L << 40)
                        .maxTime(Duration.ofHours(1))
                        .idleInTransaction(Duration.ofHours(1))
                        .build());
        try (PooledProxy proxy = PooledProxy.before(database, Extent.POOL, limited)) {
            Workload.run(
                    "limited", proxy, LASTING, (number, place) -> RawClient.at(place, new Random(number), PATIENCE));
        }
    }

    @Test
    void soTheyAreBehindHooksThatReadSqlAndRows(TestDatabase database) throws Exception {
        AdmitHook admit = execution -> Verdict.of(Terms.rows(1_000_000));
        TransformHook look = new TransformHook() {
            @Override
            public RowTransform transform(Statement statement, List<Column> columns) {
                return RowTransform.each(row -> {});
            }

            @Override
            public boolean allowsCopyOut() {
                return true;
            }
        };
        ProxyServerBuilder hooked = ProxyServer.builder().hook("admit", admit).hook("look", look);
        try (PooledProxy proxy = PooledProxy.before(database, Extent.POOL, hooked)) {
            Workload.run(
                    "hooked", proxy, LASTING, (number, place) -> RawClient.at(place, new Random(number), PATIENCE));
        }
    }
}
