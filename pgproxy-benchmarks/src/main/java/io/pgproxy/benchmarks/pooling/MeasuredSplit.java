package io.pgproxy.benchmarks.pooling;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.routing.ReadWriteSplit;
import io.pgproxy.routing.Topology;
import io.pgproxy.routing.TopologyBuilder;
import java.io.IOException;

/** The proxy before a writer and readers, in a process of its own that ends with its standard input. */
public final class MeasuredSplit {
    private MeasuredSplit() {}

    /**
     * Serves.
     *
     * @param arguments the port; how many connections each pool may have; {@code plain} for no hook, {@code proceed}
     *     for a route hook that leaves everything where it is, {@code split} for a split; the URL of the writer; those
     *     of readers
     * @throws IOException if it cannot listen
     */
    public static void main(String[] arguments) throws IOException {
        PoolSettings pool = PoolSettings.transaction(Integer.parseInt(arguments[1]));
        ProxyServerBuilder builder = ProxyServer.builder()
                .listen("127.0.0.1", Integer.parseInt(arguments[0]))
                .upstream(arguments[3], pool);
        TopologyBuilder nodes = Topology.builder().writer("writer", arguments[3]);
        for (int i = 4; i < arguments.length; i++) {
            builder.upstream("reader" + i, arguments[i], pool);
            nodes.reader("reader" + i, arguments[i]);
        }
        try (Topology topology = nodes.start()) {
            switch (arguments[2]) {
                case "plain" -> {}
                case "proceed" -> builder.hook("route", QueryHook.route(exchange -> Verdict.proceed()));
                default ->
                    builder.hook("split", ReadWriteSplit.over(topology).build().hook());
            }
            serve(builder);
        }
    }

    private static void serve(ProxyServerBuilder builder) throws IOException {
        try (ProxyServer server = builder.build().start()) {
            System.out.println("listening on " + server.port());
            while (System.in.read() >= 0) {
                // Until nobody holds the other end.
            }
        }
    }
}
