package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import org.junit.jupiter.api.Test;

/**
 * Results of all sizes take the memory that they may take, and keep no buffer that they came in: some thousand in the
 * build, ten thousand with the profile {@code soak}.
 */
@WithPostgres
class CacheMemoryTest {
    private static final int RESULTS = Integer.getInteger("pgproxy.cache.results", 2_000);
    private static final long MOST = RESULTS * 1_600L;

    private final TestDatabase database;

    CacheMemoryTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void resultsStayWithinTheirBytes() throws Exception {
        try (CachingProxy proxy = CachingProxy.before(
                        database, cache -> cache.maxEntries(RESULTS).maxBytes(MOST));
                Connection connection = proxy.connect();
                PreparedStatement wide = connection.prepareStatement(
                        "SELECT repeat('x', ?::int), n, ?::int FROM generate_series(1, ?::int) n")) {
            ask(wide, 0, -1, 0);
            long heap = heap();
            long buffers = buffers();
            for (int i = 0; i < RESULTS; i++) {
                // Most are small, one in a hundred has some 100 kB: in all some 1.8 kB each.
                int length = i % 100 == 0 ? 5000 : i % 97;
                int rows = i % 100 == 0 ? 20 : 1 + i % 7;
                for (int times = 0; times < 2; times++) { // what is asked for once only is not kept for long
                    ask(wide, length, i, rows);
                }
            }
            CacheStatistics statistics = proxy.cache().statistics();

            assertThat(statistics.stored()).isGreaterThan(RESULTS * 9 / 10);
            assertThat(statistics.entries()).isGreaterThan(RESULTS / 20);
            assertThat(statistics.bytes()).isLessThanOrEqualTo(MOST);
            assertThat(heap() - heap).isLessThan(MOST * 3 / 2 + (4L << 20));
            assertThat(buffers() - buffers).isLessThan(4L << 20);
        }
    }

    private static void ask(PreparedStatement wide, int length, int number, int rows) throws Exception {
        wide.setInt(1, length);
        wide.setInt(2, number);
        wide.setInt(3, rows);
        try (ResultSet row = wide.executeQuery()) {
            while (row.next()) {
                row.getString(1);
            }
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long buffers() {
        var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }
}
