package io.pgproxy.examples.readwrite;

import io.pgproxy.examples.cli.Environment;
import io.pgproxy.examples.cli.HostPort;
import io.pgproxy.examples.cli.LogLevel;
import io.pgproxy.fanout.Nondeterminism;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says about the proxy; which servers there are, {@link Servers} knows.
 *
 * @param listen where clients connect
 * @param poolSize how many connections to each server clients share
 * @param readYourWrites whether a client's reads see what it has written
 * @param maxLag how old what a reader shows may be; null for any age
 * @param nondeterminism what becomes of writes that may differ from writer to writer
 * @param hints whether comments of clients say where a statement goes
 * @param logLevel how much goes to standard error
 */
public record Settings(
        HostPort listen,
        int poolSize,
        boolean readYourWrites,
        @Nullable Duration maxLag,
        Nondeterminism nondeterminism,
        boolean hints,
        LogLevel.Level logLevel) {

    private static final int DAY = 86_400;

    /**
     * Reads them.
     *
     * @param environment has them, or has defaults taken
     * @param demo whether hints are followed unless a setting says no
     * @return valid settings
     * @throws IllegalArgumentException in one line which setting is wrong, and what it may be
     */
    public static Settings of(Environment environment, boolean demo) {
        boolean rejects = environment.word("NONDETERMINISM", "reject", "warn").equals("reject");
        return new Settings(
                listen(environment),
                environment.number("POOL_SIZE", 10, 1, 10_000),
                isOn(environment, "READ_YOUR_WRITES", true),
                maxLag(environment),
                rejects ? Nondeterminism.REJECT : Nondeterminism.WARN,
                isOn(environment, "ROUTING_HINTS", demo),
                LogLevel.Level.named("LOG_LEVEL", environment.text("LOG_LEVEL", "info")));
    }

    private static HostPort listen(Environment environment) {
        try {
            return HostPort.parseWithPortAlone(environment.text("PROXY_ADDR", ":54329"));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("PROXY_ADDR: " + wrong.getMessage() + ", or :PORT", wrong);
        }
    }

    private static boolean isOn(Environment environment, String name, boolean missing) {
        return environment
                .word(name, missing ? "on" : "off", missing ? "off" : "on")
                .equals("on");
    }

    private static @Nullable Duration maxLag(Environment environment) {
        int seconds = environment.number("MAX_LAG_SECONDS", DAY, 0, DAY);
        return environment.text("MAX_LAG_SECONDS", "").isEmpty() ? null : Duration.ofSeconds(seconds);
    }
}
