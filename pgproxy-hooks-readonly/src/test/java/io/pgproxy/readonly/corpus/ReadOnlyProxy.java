package io.pgproxy.readonly.corpus;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.readonly.ReadOnlyHook;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.io.IOException;
import java.time.Duration;

/** The proxy that all of this package goes through. */
final class ReadOnlyProxy {
    private ReadOnlyProxy() {}

    /** A proxy that lets reads alone pass, as its defaults are. */
    static ProxyServer before(LocalPostgres server, String database) throws IOException {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(server.url(database))
                .hook("read-only", ReadOnlyHook.builder().build())
                .drainDeadline(Duration.ofSeconds(1))
                .build()
                .start();
    }
}
