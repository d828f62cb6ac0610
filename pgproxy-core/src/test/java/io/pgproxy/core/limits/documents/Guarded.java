package io.pgproxy.core.limits.documents;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import java.io.IOException;
import java.time.Duration;

/** Small answers, soon. */
public final class Guarded {
    private Guarded() {}

    public static ProxyServer start(String upstream) throws IOException {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(upstream)
                .limits(Limits.builder()
                        .maxRows(10_000)
                        .maxBytes(100 << 20)
                        .maxTime(Duration.ofSeconds(30))
                        .idleInTransaction(Duration.ofMinutes(5))
                        .connections(100)
                        .queriesPerSecond(200)
                        .build())
                .build()
                .start();
    }
}
