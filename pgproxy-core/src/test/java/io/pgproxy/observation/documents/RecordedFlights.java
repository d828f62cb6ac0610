package io.pgproxy.observation.documents;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.flight.FlightRecording;
import java.io.IOException;

/** A proxy whose queries and sessions are in each flight recording of its JVM. */
public final class RecordedFlights {
    private RecordedFlights() {}

    public static ProxyServer start(String upstream) throws IOException {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(upstream)
                .hook("flight", new FlightRecording())
                .build()
                .start();
    }
}
