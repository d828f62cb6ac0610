package io.pgproxy.core.internal.session;

import io.pgproxy.protocol.frame.Frame;

/**
 * An exchange that the proxy answers by itself. Messages come as they arrive, the turn when everything before it has
 * been answered: in either order.
 */
interface OwnAnswer {
    /**
     * A message of the exchange, in order.
     *
     * @param frame owned by the callee
     * @param last whether the exchange ends with it
     */
    void message(Frame frame, boolean last);

    /**
     * Everything before it has been answered: its bytes may go to the client.
     *
     * @param reply takes them; must be ended, once, after the last message
     */
    void turn(Reply reply);

    /**
     * Whether it asks upstreams at its turn. Then nothing of the client's behind it is looked at before it has ended:
     * what they were sent already would run, and be answered, before what it sends.
     *
     * @return false for an answer that is made here: the client's pipeline keeps its depth
     */
    default boolean asksUpstreams() {
        return false;
    }

    /**
     * Whether the exchange has failed, so that a Query in it is skipped as everything is up to Sync.
     *
     * @return false for an exchange that ends with its first Sync or Query
     */
    default boolean skipsToSync() {
        return false;
    }

    /** The client wants what runs at this turn cancelled. */
    default void cancel() {}

    /** The session is over before the answer was; give back what is held. Nothing is called after it. */
    void abandoned();
}
