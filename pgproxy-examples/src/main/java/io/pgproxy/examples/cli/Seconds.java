package io.pgproxy.examples.cli;

import java.time.Duration;

/** Reads a duration of whole seconds. */
public final class Seconds {

    private Seconds() {}

    /**
     * Reads a number of seconds.
     *
     * @param text digits only; 0 is a duration, too
     * @return that long
     * @throws IllegalArgumentException if it is anything else
     */
    public static Duration parse(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("'" + text + "' is no number of seconds: give 0 or more");
        }
        return Duration.ofSeconds(Integer.parseInt(text));
    }
}
