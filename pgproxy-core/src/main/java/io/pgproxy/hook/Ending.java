package io.pgproxy.hook;

/** How a transaction ended. */
public enum Ending {
    /** Its changes are there. */
    COMMITTED,
    /** Its changes are gone. */
    ROLLED_BACK,
    /** Nobody knows: the connection was lost while it was to commit. */
    UNKNOWN
}
