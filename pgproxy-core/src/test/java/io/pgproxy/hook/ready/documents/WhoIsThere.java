package io.pgproxy.hook.ready.documents;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.hook.ready.ApplicationName;
import java.io.IOException;

/** A proxy behind which pg_stat_activity still tells who is there. */
public final class WhoIsThere {
    private WhoIsThere() {}

    public static ProxyServer start(String upstream) throws IOException {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(upstream)
                .hook(ApplicationName.behindOwnName())
                .build()
                .start();
    }
}
