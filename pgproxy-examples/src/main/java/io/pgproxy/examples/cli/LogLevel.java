package io.pgproxy.examples.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** How much goes to standard error. */
public final class LogLevel {

    private enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "warn",
            description =
                    "How much goes to standard error: error, warn, info, debug or trace (default ${DEFAULT-VALUE}).")
    private Level level = Level.WARN;

    /** Filled by picocli. */
    public LogLevel() {}

    /** To be called before there is a logger: slf4j-simple reads the property once. */
    public void apply() {
        System.setProperty(
                "org.slf4j.simpleLogger.defaultLogLevel", level.name().toLowerCase(Locale.ROOT));
    }
}
