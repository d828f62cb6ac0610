package io.pgproxy.pool;

import java.time.Duration;

/**
 * The pool of one upstream as it was a moment ago.
 *
 * @param upstream its name; {@code main} for that without one
 * @param mode for how long a client has a connection
 * @param maximum how many connections there may be
 * @param open how many there are, those that are logging in included
 * @param idle how many of them nobody has
 * @param pinned how many of them a client keeps beyond its transaction
 * @param clients how many clients share them
 * @param waiting how many clients wait for one
 * @param longestWait for how long the first of these has waited; zero if there is none
 * @param paused whether nobody gets one
 * @param counts what has happened since the start
 */
public record PoolView(
        String upstream,
        PoolMode mode,
        int maximum,
        int open,
        int idle,
        int pinned,
        int clients,
        int waiting,
        Duration longestWait,
        boolean paused,
        Counts counts) {
    /**
     * What has happened since the server started.
     *
     * @param opened connections that were logged in
     * @param failed logins that failed
     * @param closed connections that were closed, for whatever reason
     * @param destroyed of these, those that were in doubt, or lost
     * @param taken how often a client got one
     * @param waits how often it had to wait
     * @param timedOut how often it waited in vain
     * @param prepared statements prepared anew on a connection that did not have them
     * @param settled settings brought to a connection, each time they were
     * @param resets full resets
     * @param healed statements run again that an upstream had lost (26000), or whose plan was outdated (0A000)
     */
    public record Counts(
            long opened,
            long failed,
            long closed,
            long destroyed,
            long taken,
            long waits,
            long timedOut,
            long prepared,
            long settled,
            long resets,
            long healed) {}
}
