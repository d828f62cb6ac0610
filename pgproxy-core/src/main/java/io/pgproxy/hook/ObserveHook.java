package io.pgproxy.hook;

/**
 * Stage 9: learns how each execution ended: exactly once, in the order of the wire, whatever other hooks did. Fails
 * open: what it throws is logged.
 */
@FunctionalInterface
public non-sealed interface ObserveHook extends QueryHook {
    /**
     * An execution has ended.
     *
     * @param execution valid until this returns; keep values of it, not it
     * @param outcome how it ended
     */
    void completed(Execution execution, Outcome outcome);

    /**
     * A transaction has ended: that of a block, or the implicit one of an exchange in which something ran.
     *
     * @param session the session
     * @param ending how it ended
     */
    default void transactionEnded(Session session, Ending ending) {}
}
