package io.pgproxy.fanout;

/** What becomes of a statement that writes, and may write something else on each server: now(), say, or nextval. */
public enum Nondeterminism {
    /** It is refused (0A000). */
    REJECT,
    /** It runs, and the client gets a warning. */
    WARN
}
