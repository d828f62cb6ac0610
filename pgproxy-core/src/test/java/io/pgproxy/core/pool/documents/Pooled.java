package io.pgproxy.core.pool.documents;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.UpstreamPool;
import java.io.IOException;
import java.time.Duration;

/** Many clients, few connections. */
public final class Pooled {
    private Pooled() {}

    public static ProxyServer start(String upstream) throws IOException {
        PoolSettings pool = PoolSettings.builder()
                .maximum(10)
                .minimum(2)
                .queueTimeout(Duration.ofSeconds(20))
                .build();
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(upstream, pool)
                .build()
                .start();
    }

    /** Nobody has a connection while the work is done; who asks for something waits. */
    public static boolean whileNobodyIsThere(ProxyServer server, Runnable work) {
        UpstreamPool pool = server.pool("main");
        try {
            if (!pool.pause(Duration.ofSeconds(30))) {
                return false; // somebody did not let go
            }
            work.run();
            return true;
        } finally {
            pool.resume();
        }
    }
}
