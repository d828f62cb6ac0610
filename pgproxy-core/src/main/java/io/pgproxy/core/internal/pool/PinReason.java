package io.pgproxy.core.internal.pool;

/** Why a client keeps its connection beyond its transaction. */
enum PinReason {
    /** It listens to a channel. */
    LISTEN,
    /** It has temporary objects. */
    TEMPORARY,
    /** It has a cursor WITH HOLD. */
    CURSOR,
    /** It holds an advisory lock of the session. */
    LOCK,
    /** Something ran that may have changed anything, and the policy is to pin. */
    UNTRACKED,
    /** It has changed a setting that nobody knows the name of. */
    SETTING,
    /** It has prepared a statement that is too long to be remembered. */
    STATEMENT,
    /** It has left something that no reset undoes. */
    TAINT
}
