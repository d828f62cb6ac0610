package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.backend.BackendSession;
import org.jspecify.annotations.Nullable;

/**
 * Messages that were decided on one by one leave in one piece: to write each by itself costs more than to copy a few
 * bytes. Long ones go as they are.
 */
final class SmallMessages {
    private static final int SMALL = 512;
    private static final int PIECE = 4096;

    private @Nullable ByteBuf piece;

    /** Sends bytes behind what was sent before, at the latest when {@link #leave} is called. */
    void send(ByteBuf bytes, BackendSession backend) {
        int length = bytes.readableBytes();
        if (length > SMALL) {
            leave(backend);
            backend.send(bytes);
            return;
        }
        ByteBuf to = piece;
        if (to == null || to.writableBytes() < length) {
            leave(backend);
            to = ByteBufAllocator.DEFAULT.directBuffer(PIECE, PIECE);
            piece = to;
        }
        to.writeBytes(bytes);
        bytes.release();
    }

    /** Hands the backend what is kept. */
    void leave(BackendSession backend) {
        ByteBuf kept = piece;
        if (kept != null) {
            piece = null;
            backend.send(kept);
        }
    }

    /** Nothing of it leaves any more. */
    void close() {
        if (piece != null) {
            piece.release();
            piece = null;
        }
    }
}
