package io.pgproxy.routing;

import java.time.Duration;

/** Probes that need no patience. */
final class Quick {
    static final ProbeSettings PROBES = ProbeSettings.DEFAULT
            .withInterval(Duration.ofMillis(20))
            .withBans(Duration.ofMillis(50), Duration.ofMillis(200));

    private Quick() {}
}
