package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;

/** What another writer answers to an exchange: the client does not hear it, but it has to be as the first one's. */
final class OtherAnswer extends Answer {
    OtherAnswer(boolean comparesRows) {
        super(comparesRows);
    }

    @Override
    public Interest interest() {
        return Upstream.SWALLOWED;
    }

    @Override
    public void taken(byte tag, ByteBuf buffer, int from, int length, Upstream upstream) {
        if (tag == 'D') {
            row(buffer, from, length);
        }
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        try {
            switch (frame.tag()) {
                case 'C', 'I' -> completed(frame, true);
                case 's' -> suspended(true);
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
