package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Results stay within both bounds. */
class ResultStoreTest {
    private final DatabaseVersions versions = new DatabaseVersions();

    @Test
    void manyResultsOfAllSizesStayWithinTheirWeight() {
        long most = 4 * 1024 * 1024;
        ResultStore store = new ResultStore(5_000, most);
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long bytes = random.nextInt(10) == 0 ? random.nextInt(100_000) : random.nextInt(500);
            store.keep(Samples.key("SELECT " + i, Map.of()), Samples.result(bytes, versions));
        }
        assertThat(store.entries()).isBetween(20L, 5_000L);
        assertThat(store.bytes()).isBetween(most / 2, most);
        long entries = store.entries();
        assertThat(store.clear()).isEqualTo(entries);
        assertThat(store.bytes()).isZero();
    }

    @Test
    void smallResultsStayWithinTheirNumber() {
        ResultStore store = new ResultStore(100, 64 * 1024 * 1024);
        for (int i = 0; i < 10_000; i++) {
            store.keep(Samples.key("SELECT " + i, Map.of()), Samples.result(1, versions));
        }
        assertThat(store.entries()).isBetween(50L, 100L);
    }

    @Test
    void aFewBytesAreFewWhateverTheNumber() {
        ResultStore store = new ResultStore(10_000, 5_000);
        for (int i = 0; i < 100; i++) {
            store.keep(Samples.key("SELECT " + i, Map.of()), Samples.result(1, versions));
        }
        assertThat(store.entries()).isPositive();
        assertThat(store.bytes()).isLessThanOrEqualTo(5_000);
    }

    @Test
    void whatSessionsHaveSetCounts() {
        ResultStore store = new ResultStore(10_000, 1024 * 1024);
        for (int i = 0; i < 100; i++) {
            Map<String, List<String>> made = Map.of("app.tenant", List.of(i + "x".repeat(100_000)));
            store.keep(Samples.key("SELECT 1", made), Samples.result(1, versions));
        }
        assertThat(store.entries()).isLessThanOrEqualTo(10);
    }

    @Test
    void whatIsReplacedDoesNotCount() {
        ResultStore store = new ResultStore(100, 1024 * 1024);
        ResultKey key = Samples.key("SELECT 1", Map.of());
        for (int i = 0; i < 1_000; i++) {
            store.keep(key, Samples.result(10_000, versions));
        }
        assertThat(store.bytes()).isLessThan(20_000);
    }
}
