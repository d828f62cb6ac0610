package io.pgproxy.audit.documents;

import io.pgproxy.audit.Audit;
import io.pgproxy.audit.JsonLines;
import io.pgproxy.audit.WhenFull;
import io.pgproxy.core.ProxyServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A proxy through which nothing runs without a line in a file. */
public final class AuditedShop implements AutoCloseable {
    private final Audit audit;
    private final ProxyServer proxy;

    public AuditedShop(String upstream, Path file) throws IOException {
        audit = Audit.builder(JsonLines.toFile(file))
                .whenFull(WhenFull.BLOCK)
                .patience(Duration.ofSeconds(5))
                .build();
        proxy = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(upstream)
                .hook("audit", audit.hook())
                .build()
                .start();
    }

    public int port() {
        return proxy.port();
    }

    @Override
    public void close() {
        proxy.close();
        audit.close();
    }
}
