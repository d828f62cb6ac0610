package io.pgproxy.core.internal.session;

import io.pgproxy.protocol.frame.Frame;

/**
 * Takes the answer to a message that the proxy itself put before an upstream, or put in the place of a client's.
 *
 * <p>While such an answer is due every message of the upstream is cut out; notifications and changed settings still go
 * to the client.
 */
interface AnswerOwner {
    /**
     * A message of the answer, the error or ReadyForQuery included.
     *
     * @param frame owned by the callee
     * @param upstream where it comes from
     */
    void answered(Frame frame, Upstream upstream);

    /**
     * Whether the message stands in the place of a client's: then its ReadyForQuery ends the client's exchange.
     *
     * @return false for what the proxy asks for itself
     */
    default boolean standsForClients() {
        return false;
    }

    /** There will be no answer: something before it in the same batch failed, or the upstream is lost. */
    void skipped();
}
