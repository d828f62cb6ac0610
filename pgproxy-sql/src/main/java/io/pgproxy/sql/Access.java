package io.pgproxy.sql;

/**
 * What a statement may do to data, judged from its text alone: functions, operators, views and triggers may do more
 * (see {@link Facts#functions}). From the mildest to the strictest.
 */
public enum Access {
    /** Neither reads nor changes what is stored: SET, BEGIN, DISCARD. It may well change the session. */
    NONE,
    /** Reads. */
    READ,
    /** Reads and locks rows, or locks tables. */
    LOCK,
    /** What the prepared statement or cursor does that it names; the text alone cannot say. */
    BY_NAME,
    /** Changes something that outlives the transaction or is seen by others. */
    WRITE,
    /** Not understood; to be treated as a write, or refused. */
    UNKNOWN;

    /**
     * The stricter of two.
     *
     * @param one either
     * @param other the other
     * @return {@link #WRITE} for a lock and a name, since what is named may do both or neither
     */
    public static Access stricter(Access one, Access other) {
        if ((one == LOCK && other == BY_NAME) || (one == BY_NAME && other == LOCK)) {
            return WRITE;
        }
        return one.compareTo(other) >= 0 ? one : other;
    }
}
