package io.pgproxy.core.internal.session;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;

/** What can become of a client's message. Every verb takes the frame over. */
interface Traffic {
    /** It goes where its exchange goes: to the session's upstream, unless {@link #route} chose another. */
    void forward(Frame frame);

    /**
     * Its exchange goes to this upstream.
     *
     * @param frame the first message of an exchange
     * @param upstream one that is attached to the session
     */
    void route(Frame frame, Upstream upstream);

    /**
     * The proxy answers the whole exchange by itself.
     *
     * @param frame the first message of an exchange
     * @param answer is given this message and all others of the exchange, and asked for the answer at its turn
     */
    void answer(Frame frame, OwnAnswer answer);

    /**
     * It fails, as if the server had refused it: in its place in the pipeline, up to the next Sync, aborting the
     * transaction it stands in.
     *
     * @param frame any message that is decided on
     * @param error severity ERROR
     */
    void refuse(Frame frame, PgError error);

    /** Whether the message being decided on is the first of an exchange. */
    boolean isFirstOfExchange();

    /** The session's own upstream. */
    Upstream upstream();
}
