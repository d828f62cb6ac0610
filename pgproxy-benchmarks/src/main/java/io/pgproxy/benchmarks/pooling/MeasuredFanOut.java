package io.pgproxy.benchmarks.pooling;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.fanout.FanOut;
import java.io.IOException;

/** The proxy before several writers, in a process of its own that ends with its standard input. */
public final class MeasuredFanOut {
    private MeasuredFanOut() {}

    /**
     * Serves.
     *
     * @param arguments the port; the URLs of the writers
     * @throws IOException if it cannot listen
     */
    public static void main(String[] arguments) throws IOException {
        FanOut.Builder all = FanOut.builder();
        for (int i = 1; i < arguments.length; i++) {
            all.writer("writer" + i, arguments[i]);
        }
        try (ProxyServer server = ProxyServer.builder()
                .listen("127.0.0.1", Integer.parseInt(arguments[0]))
                .upstream(all.build())
                .build()
                .start()) {
            System.out.println("listening on " + server.port());
            while (System.in.read() >= 0) {
                // Until nobody holds the other end.
            }
        }
    }
}
