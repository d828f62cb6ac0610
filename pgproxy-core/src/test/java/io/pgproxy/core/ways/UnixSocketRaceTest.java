package io.pgproxy.core.ways;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of proxies that begin at the same time one has the socket, and the others know that they have not. */
class UnixSocketRaceTest {
    private static final int PROXIES = 3;

    @TempDir
    private Path directory;

    private static ProxyServer server(Path path) {
        return ProxyServer.builder()
                .listenUnix(path)
                .upstream("postgresql://127.0.0.1:1")
                .eventLoops(1)
                .drainDeadline(Duration.ZERO)
                .build();
    }

    /** Why it could not start; empty if it could. */
    private static String start(ProxyServer server, CyclicBarrier together) throws Exception {
        together.await();
        try {
            server.start();
            return "";
        } catch (IOException refused) {
            return refused.getMessage();
        }
    }

    @Test
    void oneOfThemListens() throws Exception {
        Path path = directory.resolve("s");
        ExecutorService threads = Executors.newFixedThreadPool(PROXIES);
        for (int round = 0; round < 10; round++) {
            CyclicBarrier together = new CyclicBarrier(PROXIES);
            List<ProxyServer> servers = new ArrayList<>();
            List<Callable<String>> starts = new ArrayList<>();
            for (int i = 0; i < PROXIES; i++) {
                ProxyServer server = server(path);
                servers.add(server);
                starts.add(() -> start(server, together));
            }
            List<String> ends = new ArrayList<>();
            for (Future<String> end : threads.invokeAll(starts)) {
                ends.add(end.get());
            }
            assertThat(ends).filteredOn(String::isEmpty).hasSize(1);
            assertThat(ends).filteredOn(end -> !end.isEmpty()).allMatch(end -> end.contains("another process"));
            servers.forEach(ProxyServer::close);
            try (var left = Files.list(directory)) {
                assertThat(left).isEmpty();
            }
        }
        threads.shutdown();
    }
}
