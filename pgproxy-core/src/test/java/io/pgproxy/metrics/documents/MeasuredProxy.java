package io.pgproxy.metrics.documents;

import io.micrometer.core.instrument.MeterRegistry;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.metrics.MicrometerMetrics;
import java.io.IOException;

/** A proxy that tells a host's registry what it does. */
public final class MeasuredProxy {
    private MeasuredProxy() {}

    public static ProxyServer start(String upstream, MeterRegistry registry) throws IOException {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(upstream)
                .metrics(MicrometerMetrics.of(registry))
                .build()
                .start();
    }
}
