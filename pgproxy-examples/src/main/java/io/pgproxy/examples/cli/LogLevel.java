package io.pgproxy.examples.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** How much goes to standard error. */
public final class LogLevel {

    /** How much. */
    public enum Level {
        /** What went wrong. */
        ERROR,
        /** And what may go wrong. */
        WARN,
        /** And what goes on. */
        INFO,
        /** And why. */
        DEBUG,
        /** And everything else. */
        TRACE;

        /**
         * Reads a level.
         *
         * @param setting where it stands, for the message
         * @param name its name in any case
         * @return the level
         * @throws IllegalArgumentException if there is none of that name
         */
        public static Level named(String setting, String name) {
            for (Level level : values()) {
                if (level.name().equalsIgnoreCase(name)) {
                    return level;
                }
            }
            throw new IllegalArgumentException(setting + " is '" + name + "': give error, warn, info, debug or trace");
        }

        /** To be called before there is a logger: slf4j-simple reads the property once. */
        public void apply() {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", name().toLowerCase(Locale.ROOT));
        }
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
        level.apply();
    }
}
