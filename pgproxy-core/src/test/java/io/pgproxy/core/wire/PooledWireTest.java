package io.pgproxy.core.wire;

import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The same conversations on connections that are the client's for a transaction at a time: no byte may be another. */
class PooledWireTest {
    private static final PoolSettings POOL = PoolSettings.transaction(2);

    @Nested
    @WithPostgres
    class Simple extends SimpleTest {
        @Override
        BothWays ways(TestDatabase database) throws IOException {
            return BothWays.pooled(database, POOL);
        }
    }

    @Nested
    @WithPostgres
    class Extended extends ExtendedTest {
        @Override
        BothWays ways(TestDatabase database) throws IOException {
            return BothWays.pooled(database, POOL);
        }
    }

    @Nested
    @WithPostgres
    class Copy extends CopyTest {
        @Override
        BothWays ways(TestDatabase database) throws IOException {
            return BothWays.pooled(database, POOL);
        }
    }

    @Nested
    @WithPostgres
    class Sizes extends SizesTest {
        @Override
        BothWays ways(TestDatabase database) throws IOException {
            return BothWays.pooled(database, POOL);
        }

        @Override
        int rows() {
            return 50_000; // the way of the rows is the same
        }
    }
}
