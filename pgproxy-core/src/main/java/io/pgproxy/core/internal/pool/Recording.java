package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client has sent since nothing was due, so that it can be sent again: references to the buffers that it came
 * in, while they are few.
 */
final class Recording {
    private static final int MOST = 1 << 16;

    private final List<ByteBuf> kept = new ArrayList<>(1);
    private boolean on;
    private int bytes;

    /** Begins, with nothing. */
    void begin() {
        drop();
        on = true;
    }

    boolean isOn() {
        return on;
    }

    /** Something was sent; it remains the caller's. */
    void add(ByteBuf sent) {
        bytes += sent.readableBytes();
        if (bytes > MOST) {
            drop();
        } else {
            kept.add(sent.retainedDuplicate());
        }
    }

    /** {@return all of it, owned by the caller} It is over then. */
    List<ByteBuf> take() {
        List<ByteBuf> all = List.copyOf(kept);
        kept.clear();
        on = false;
        bytes = 0;
        return all;
    }

    /** It is not needed. */
    void drop() {
        if (on) {
            for (int i = 0; i < kept.size(); i++) {
                kept.get(i).release();
            }
            kept.clear();
            on = false;
            bytes = 0;
        }
    }
}
