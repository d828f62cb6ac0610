package io.pgproxy.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {

    private final Cache cache;

    CacheTest(@TempDir Path root) {
        this.cache = new Cache(root);
    }

    @Test
    void aDirectoryIsFilledOnceByManyThreads() throws Exception {
        AtomicInteger fillings = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<Path>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            results.add(threads.submit(() -> cache.directory("d", directory -> {
                fillings.incrementAndGet();
                Files.writeString(directory.resolve("f"), "content");
            })));
        }
        for (Future<Path> result : results) {
            assertThat(result.get(10, TimeUnit.SECONDS).resolve("f")).hasContent("content");
        }
        threads.shutdown();
        assertThat(fillings).hasValue(1);
    }

    @Test
    void aFailedFillingLeavesNothingThatCouldBeTakenForDone() throws Exception {
        assertThatThrownBy(() -> cache.directory("d", directory -> {
                    Files.writeString(directory.resolve("half"), "");
                    throw new IOException("full");
                }))
                .hasMessage("full");

        Path done = cache.directory("d", directory -> Files.writeString(directory.resolve("whole"), ""));
        assertThat(done.resolve("half")).doesNotExist();
        assertThat(done.resolve("whole")).exists();
    }
}
