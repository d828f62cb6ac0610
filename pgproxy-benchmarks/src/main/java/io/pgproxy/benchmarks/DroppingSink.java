package io.pgproxy.benchmarks;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.FrameSink;

/** Counts what a scanner finds, and gives it back: the rest of a relay is not measured. */
final class DroppingSink implements FrameSink {
    private int messages;

    @Override
    public void passed(ByteBuf bytes, int begun) {
        messages += begun;
        bytes.release();
    }

    @Override
    public void noted(byte tag, int first) {
        messages += first;
    }

    @Override
    public void framed(Frame frame) {
        messages++;
        frame.release();
    }

    /** Keeps the counting alive. */
    int messages() {
        return messages;
    }
}
