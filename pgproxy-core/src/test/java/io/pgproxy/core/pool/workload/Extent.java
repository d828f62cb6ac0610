package io.pgproxy.core.pool.workload;

import io.pgproxy.pool.PoolMode;
import io.pgproxy.pool.PoolSettings;
import java.time.Duration;

/**
 * How large a workload is: some seconds in a build, and as many minutes as {@code pgproxy.pool.minutes} says, for the
 * profile {@code pool}. The properties {@code pgproxy.pool.mode}, {@code pgproxy.pool.maximum} and
 * {@code pgproxy.pool.clients} make another pool of it.
 */
final class Extent {
    static final int CLIENTS = Integer.getInteger("pgproxy.pool.clients", 64);
    static final int CONNECTIONS = Integer.getInteger("pgproxy.pool.maximum", 2);
    static final PoolSettings POOL = PoolSettings.builder()
            .mode(PoolMode.valueOf(System.getProperty("pgproxy.pool.mode", "TRANSACTION")))
            .maximum(CONNECTIONS)
            .build();

    private static final String MINUTES = System.getProperty("pgproxy.pool.minutes", "");

    private Extent() {}

    /** How long to go on, given what is enough for a build. */
    static Duration lasting(Duration inABuild) {
        return MINUTES.isEmpty() ? inABuild : Duration.ofMillis((long) (Double.parseDouble(MINUTES) * 60_000));
    }
}
