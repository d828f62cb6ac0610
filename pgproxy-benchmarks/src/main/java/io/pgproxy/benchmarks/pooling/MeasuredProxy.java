package io.pgproxy.benchmarks.pooling;

import io.pgproxy.auth.ScramAuthenticator;
import io.pgproxy.auth.Users;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.pool.PoolMode;
import io.pgproxy.pool.PoolSettings;
import java.io.IOException;
import java.util.Locale;

/** The proxy without hooks and with a pool, in a process of its own that ends with its standard input. */
public final class MeasuredProxy {
    private MeasuredProxy() {}

    /**
     * Serves.
     *
     * @param arguments the port; the URL of the server, with a user; session, transaction or statement; how many
     *     connections there may be; and, if clients are asked for passwords, the name of the one user and the password
     * @throws IOException if it cannot listen
     */
    public static void main(String[] arguments) throws IOException {
        ProxyServerBuilder builder = ProxyServer.builder()
                .listen("127.0.0.1", Integer.parseInt(arguments[0]))
                .upstream(
                        arguments[1],
                        PoolSettings.builder()
                                .mode(PoolMode.valueOf(arguments[2].toUpperCase(Locale.ROOT)))
                                .maximum(Integer.parseInt(arguments[3]))
                                .build());
        if (arguments.length > 4) {
            builder.authenticator(ScramAuthenticator.of(Users.builder()
                    .user(arguments[4], arguments[5].toCharArray())
                    .build()));
        }
        try (ProxyServer server = builder.build().start()) {
            System.out.println("listening on " + server.port());
            while (System.in.read() >= 0) {
                // Until nobody holds the other end.
            }
        }
    }
}
