package io.pgproxy.tls.documents;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.tls.ServerTls;
import io.pgproxy.tls.TlsMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A proxy that is encrypted on both sides. */
public final class EncryptedShop {
    public static ProxyServer start(Path certificates, Path key, String server, Path authorities) throws IOException {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .tls(ServerTls.of(certificates, key).mode(TlsMode.REQUIRE).lookingEvery(Duration.ofMinutes(1)))
                .upstream("postgresql://" + server + "?sslmode=verify-full&sslrootcert=" + authorities)
                .build()
                .start();
    }

    private EncryptedShop() {}
}
