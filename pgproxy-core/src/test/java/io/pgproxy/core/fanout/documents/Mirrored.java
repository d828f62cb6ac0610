package io.pgproxy.core.fanout.documents;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.fanout.FanOut;
import java.io.IOException;

/** Two servers that are to hold the same. */
public final class Mirrored {
    private Mirrored() {}

    public static ProxyServer start(String one, String other) throws IOException {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(FanOut.builder()
                        .writer("one", one)
                        .writer("other", other)
                        .build())
                .build()
                .start();
    }
}
