package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a client has sent since nothing was due, so that it can be sent again: references to the buffers that it came
 * in, while they are few.
 */
final class Recording {
    private static final int MOST = 1 << 16;

    private final List<ByteBuf> kept = new ArrayList<>(1);

    /** Where each of them begins, and how long it is. */
    private int[] extents = new int[2];

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
            int at = 2 * kept.size();
            if (at == extents.length) {
                extents = Arrays.copyOf(extents, 2 * at);
            }
            extents[at] = sent.readerIndex();
            extents[at + 1] = sent.readableBytes();
            kept.add(sent.retain());
        }
    }

    /** {@return all of it, owned by the caller} It is over then. */
    List<ByteBuf> take() {
        List<ByteBuf> all = new ArrayList<>(kept.size());
        for (int i = 0; i < kept.size(); i++) {
            all.add(kept.get(i).slice(extents[2 * i], extents[2 * i + 1]));
        }
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
