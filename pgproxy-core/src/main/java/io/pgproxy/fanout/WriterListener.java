package io.pgproxy.fanout;

/**
 * Hears which writers are taken out. Called on event loops, one call after the other: it must not block, and what it
 * throws is logged.
 */
public interface WriterListener {
    /**
     * A writer is taken out: from now on it misses what is written. It has to be repaired before it is brought back.
     *
     * @param writer its name
     * @param why what was wrong with it
     */
    void fenced(String writer, String why);

    /**
     * A writer is back.
     *
     * @param writer its name
     */
    default void unfenced(String writer) {}
}
