package io.pgproxy.core.internal.session;

/** Where the answers of an exchange come from. */
interface TurnSource {
    /** What it has for the client may go there now. */
    void takeTurn();

    /** It is another's turn. */
    void waitForTurn();

    /** The session is over before this turn was. */
    default void abandoned() {}
}
