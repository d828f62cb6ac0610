package io.pgproxy.hook;

import java.util.List;

/**
 * All from a client's message to one ReadyForQuery: a Query, or extended messages up to Sync. It shows what has come of
 * it so far, and grows until its Sync; on the session's event loop only.
 */
public interface Exchange {
    /** {@return the session} */
    Session session();

    /** {@return the statements seen so far that it prepares or runs; none if it only closes some} */
    List<Statement> statements();

    /** {@return the executions seen so far} */
    List<Execution> executions();

    /** {@return false if more may follow before its Sync} */
    boolean complete();

    /**
     * {@return whether every statement seen is known to read and to do nothing else, and more cannot follow} A call of
     * what is not known to be harmless (users' functions, nextval, set_config) is not known to read.
     */
    boolean readsOnly();

    /**
     * {@return whether it makes a block hold something where it is, or more of it can follow} All does but BEGIN, reads
     * that leave no portal open (one that has a name, was not executed, or of which not all rows were asked for),
     * COMMIT and ROLLBACK. See {@link RouteHook#movesBlocks}.
     */
    boolean bindsBlock();
}
