package io.pgproxy.examples.readonly;

import io.pgproxy.examples.cli.Environment;
import io.pgproxy.examples.cli.HostPort;
import io.pgproxy.examples.cli.LogLevel;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What the environment says about the proxy; where the upstream is, {@link Upstream} knows.
 *
 * @param listen where clients connect
 * @param cacheTtl how long results are kept, zero for not at all
 * @param maxCacheEntries how many results are kept, zero for none
 * @param poolSize how many connections to the upstream clients share
 * @param logLevel how much goes to standard error
 */
public record Settings(HostPort listen, Duration cacheTtl, int maxCacheEntries, int poolSize, LogLevel.Level logLevel) {

    private static final int DAY = 86_400;

    /**
     * Reads them.
     *
     * @param environment has them, or has defaults taken
     * @return valid settings
     * @throws IllegalArgumentException in one line which setting is wrong, and what it may be
     */
    public static Settings of(Environment environment) {
        return new Settings(
                listen(environment),
                Duration.ofSeconds(environment.number("CACHE_TTL_SECONDS", 900, 0, DAY)),
                environment.number("MAX_CACHE_ENTRIES", 10_000, 0, 10_000_000),
                environment.number("POOL_SIZE", 5, 1, 10_000),
                LogLevel.Level.named("LOG_LEVEL", environment.text("LOG_LEVEL", "info")));
    }

    private static HostPort listen(Environment environment) {
        String host = environment.text("LISTEN_HOST", "0.0.0.0");
        int port = environment.number("LISTEN_PORT", 5433, 0, 65_535);
        if (new InetSocketAddress(host, port).isUnresolved()) {
            throw new IllegalArgumentException("LISTEN_HOST is '" + host + "': unknown host");
        }
        return new HostPort(host, port);
    }

    /** {@return whether results are cached: not with a time or a number of zero} */
    public boolean caches() {
        return !cacheTtl.isZero() && maxCacheEntries > 0;
    }
}
