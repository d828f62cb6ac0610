package io.pgproxy.core.internal.session;

import io.pgproxy.protocol.frame.Frame;

/** The answer to what the proxy sent so that a batch or a block fails: the client has been told why already. */
public final class Swallowed implements AnswerOwner {
    private final boolean endsExchange;

    /**
     * Takes an answer.
     *
     * @param endsExchange whether its ReadyForQuery is the one that the client waits for
     */
    public Swallowed(boolean endsExchange) {
        this.endsExchange = endsExchange;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (endsExchange && frame.tag() == 'Z') {
            upstream.relay(frame.bytes());
        } else {
            frame.release();
        }
    }

    @Override
    public boolean standsForClients() {
        return endsExchange;
    }

    @Override
    public void skipped() {}
}
