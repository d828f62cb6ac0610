package io.pgproxy.routing;

/** Where blocks of statements go that may write. */
public enum Blocks {
    /** All of a block goes to the writer. */
    CONSERVATIVE,

    /**
     * A block goes to a reader until it does more than read, and then on to the writer; below SERIALIZABLE. It is begun
     * anew there, so its snapshot at REPEATABLE READ is a later one. Between pooled upstreams alone.
     */
    AGGRESSIVE
}
