package io.pgproxy.core.internal.session;

import io.pgproxy.protocol.frame.Frame;

/** Takes what an upstream sends before its first ReadyForQuery, that message included. */
public interface UpstreamLogin {
    /**
     * A message of the login.
     *
     * @param frame owned by the callee
     * @param upstream where it comes from; {@link Upstream#serve} ends the login
     */
    void message(Frame frame, Upstream upstream);
}
