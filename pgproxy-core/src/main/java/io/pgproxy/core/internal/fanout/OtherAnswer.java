package io.pgproxy.core.internal.fanout;

import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;

/** What another writer answers to an exchange: the client does not hear it, but it has to be as the first one's. */
final class OtherAnswer extends Answer {
    @Override
    public Interest interest() {
        return Upstream.SWALLOWED;
    }

    @Override
    public boolean takesSettings() {
        return true;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        try {
            switch (frame.tag()) {
                case 'C', 'I' -> completed(frame, true);
                case 'E' -> failed(frame);
                case 'G' -> copyIn();
                case 'Z' -> ready();
                default -> {
                    // as the first one's, or nobody's business
                }
            }
        } finally {
            frame.release();
        }
    }
}
