package io.pgproxy.examples.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.examples.cli.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Tells by HTTP, to whoever asks: {@code /metrics} for Prometheus, {@code /ready} for a load balancer, {@code /live}
 * for whoever would start the process anew.
 */
final class MetricsEndpoint implements AutoCloseable {
    private static final int THREADS = 2;
    private static final String NAME = "pgproxy-metrics";
    private static final String PLAIN = "text/plain; charset=utf-8";
    /** See "Exposition formats" in the documentation of Prometheus. */
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** Seconds that a client may take to ask, and to read: it holds one of the threads. */
    private static final String PATIENCE = "10";

    private final ProxyServer proxy;
    private final Supplier<String> metrics;
    private final HttpServer http;
    private final ExecutorService threads;

    private MetricsEndpoint(ProxyServer proxy, Supplier<String> metrics, HttpServer http) {
        this.proxy = proxy;
        this.metrics = metrics;
        this.http = http;
        this.threads = Executors.newFixedThreadPool(THREADS, work -> new Thread(work, NAME));
    }

    static MetricsEndpoint open(HostPort where, ProxyServer proxy, Supplier<String> metrics) throws IOException {
        // The JDK's server reads these once, and would wait for ever without them.
        System.setProperty("sun.net.httpserver.maxReqTime", PATIENCE);
        System.setProperty("sun.net.httpserver.maxRspTime", PATIENCE);
        HttpServer http;
        try {
            http = HttpServer.create(new InetSocketAddress(where.host(), where.port()), 0);
        } catch (IOException taken) {
            throw new IOException(
                    "cannot listen on " + where.host() + ":" + where.port() + " for --metrics: " + taken.getMessage(),
                    taken);
        }
        MetricsEndpoint endpoint = new MetricsEndpoint(proxy, metrics, http);
        http.setExecutor(endpoint.threads);
        http.createContext("/", endpoint::answer);
        http.start();
        return endpoint;
    }

    int port() {
        return http.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                say(exchange, 405, PLAIN, "GET and HEAD alone\n");
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/metrics" -> say(exchange, 200, PROMETHEUS, metrics.get());
                case "/ready" -> say(exchange, proxy.isReady(), "ready");
                case "/live" -> say(exchange, proxy.isLive(), "live");
                default -> say(exchange, 404, PLAIN, "/metrics, /ready and /live alone\n");
            }
        }
    }

    private static void say(HttpExchange exchange, boolean is, String what) throws IOException {
        say(exchange, is ? 200 : 503, PLAIN, (is ? "" : "not ") + what + "\n");
    }

    private static void say(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdown();
    }
}
