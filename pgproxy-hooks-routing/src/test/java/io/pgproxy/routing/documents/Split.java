package io.pgproxy.routing.documents;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.routing.ReadWriteSplit;
import io.pgproxy.routing.Topology;
import java.io.IOException;
import java.time.Duration;

/** Two servers behind one port; which of them takes writes may change. */
public record Split(Topology topology, ProxyServer server) implements AutoCloseable {
    public static Split start(String first, String second) throws IOException {
        Topology topology = Topology.builder()
                .writer("first", first)
                .reader("second", second)
                .listener(event -> System.getLogger("topology").log(System.Logger.Level.INFO, event))
                .start();
        ReadWriteSplit split = ReadWriteSplit.over(topology)
                .maxLag(Duration.ofSeconds(10))
                .waitForReplay(Duration.ofMillis(50))
                .build();
        ProxyServer server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(topology.backend(), PoolSettings.DEFAULT)
                .upstream("first", first, PoolSettings.DEFAULT)
                .upstream("second", second, PoolSettings.DEFAULT)
                .hook("read-write-split", split.hook())
                .build();
        server.start();
        return new Split(topology, server);
    }

    @Override
    public void close() {
        server.close();
        topology.close();
    }
}
