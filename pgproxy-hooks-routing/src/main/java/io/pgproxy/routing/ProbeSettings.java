package io.pgproxy.routing;

import java.time.Duration;

/**
 * How nodes are asked how they are.
 *
 * @param interval from one question to the next; 500 ms by default
 * @param awaitedInterval the same while somebody waits for replay; 5 ms by default
 * @param timeout for connecting, and for each answer; 2 s by default
 * @param freshFor how long an answer counts as knowledge of lag; 3 s by default
 * @param firstBan how long a node that has failed is left alone; doubled with each further failure, and give or take a
 *     fifth; 500 ms by default
 * @param longestBan at most so long; 30 s by default
 */
public record ProbeSettings(
        Duration interval,
        Duration awaitedInterval,
        Duration timeout,
        Duration freshFor,
        Duration firstBan,
        Duration longestBan) {
    /** The defaults. */
    public static final ProbeSettings DEFAULT = new ProbeSettings(
            Duration.ofMillis(500),
            Duration.ofMillis(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofMillis(500),
            Duration.ofSeconds(30));

    /**
     * Checks the values.
     *
     * @param interval positive
     * @param awaitedInterval positive
     * @param timeout positive
     * @param freshFor positive
     * @param firstBan positive
     * @param longestBan positive
     * @throws IllegalArgumentException if one is not
     */
    public ProbeSettings {
        positive("interval", interval);
        positive("awaitedInterval", awaitedInterval);
        positive("timeout", timeout);
        positive("freshFor", freshFor);
        positive("firstBan", firstBan);
        positive("longestBan", longestBan);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }

    /**
     * Asks more or less often.
     *
     * @param value from one question to the next
     * @return changed settings
     */
    public ProbeSettings withInterval(Duration value) {
        return new ProbeSettings(value, awaitedInterval, timeout, freshFor, firstBan, longestBan);
    }

    /**
     * Asks more or less often while somebody waits.
     *
     * @param value from one question to the next
     * @return changed settings
     */
    public ProbeSettings withAwaitedInterval(Duration value) {
        return new ProbeSettings(interval, value, timeout, freshFor, firstBan, longestBan);
    }

    /**
     * Waits longer or shorter for nodes.
     *
     * @param value for connecting, and for each answer
     * @return changed settings
     */
    public ProbeSettings withTimeout(Duration value) {
        return new ProbeSettings(interval, awaitedInterval, value, freshFor, firstBan, longestBan);
    }

    /**
     * Lets answers count for longer or shorter.
     *
     * @param value how long lag is known by one answer
     * @return changed settings
     */
    public ProbeSettings withFreshFor(Duration value) {
        return new ProbeSettings(interval, awaitedInterval, timeout, value, firstBan, longestBan);
    }

    /**
     * Leaves failed nodes alone for longer or shorter.
     *
     * @param first after one failure
     * @param longest after many
     * @return changed settings
     */
    public ProbeSettings withBans(Duration first, Duration longest) {
        return new ProbeSettings(interval, awaitedInterval, timeout, freshFor, first, longest);
    }

    /** How long to leave a node alone that has failed so often in a row, before chance is added. */
    long banNanos(int failures) {
        long nanos = firstBan.toNanos();
        long most = longestBan.toNanos();
        for (int i = 1; i < failures && nanos < most; i++) {
            nanos *= 2;
        }
        return Math.min(nanos, most);
    }
}
