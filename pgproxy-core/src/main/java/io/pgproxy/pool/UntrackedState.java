package io.pgproxy.pool;

/**
 * What becomes of a connection on which something ran that may have changed its session unseen: DO, CALL, LOAD, a
 * function that is not PostgreSQL's own, a text too long to be read. Triggers, operators and views have no call in a
 * text, and are trusted in any case.
 */
public enum UntrackedState {
    /** The client keeps the connection to its end, and with it whatever was changed; then it is reset. */
    PIN,
    /** Everything is reset before another client gets it; the client that changed it loses it, too. */
    RESET,
    /** Nothing: such functions are known not to change their session. */
    TRUST
}
