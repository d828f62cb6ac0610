package io.pgproxy.sql;

/**
 * Remembers the hashes of texts that were seen of late. What comes once only, as texts with constants in them do, is
 * not worth an entry in the cache: it would cost its insertion and push out others. Threads may overwrite each other's
 * marks: then a text counts as new once more.
 */
final class Doorkeeper {
    private static final int MARKS = 4096;

    private final long[] marks = new long[MARKS];

    /** Whether the hash was here before; from now on it was. */
    boolean knows(long hash) {
        int place = (int) (hash >>> 32) & (MARKS - 1);
        if (marks[place] == hash) {
            return true;
        }
        marks[place] = hash;
        return false;
    }
}
