package io.pgproxy.core.internal.session;

import io.pgproxy.protocol.frame.Frame;

/**
 * Decides what becomes of a client's messages before they go anywhere. One instance for a session; the transparent
 * session has none, and its messages are never looked at beyond their headers.
 */
interface Steering {
    /**
     * Decides about one message, by exactly one verb of {@link Traffic}: now, or later on the session's event loop.
     * Until then nothing more of this client is looked at; what was sent before goes on.
     *
     * <p>Asked for Query, FunctionCall, Parse, Bind, Describe, Execute and Close, unless the exchange is answered by
     * the proxy or was refused.
     *
     * @param frame the message; a very long one may be its head alone, the rest follows it where it goes
     * @param traffic the verbs
     */
    void decide(Frame frame, Traffic traffic);
}
