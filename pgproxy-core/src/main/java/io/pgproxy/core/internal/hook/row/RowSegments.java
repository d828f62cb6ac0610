package io.pgproxy.core.internal.hook.row;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * DataRow messages copied into arrays of which each begins with a message and ends with one, however the bytes come.
 *
 * <p>Segments grow with the result, so that a small one costs little and a long one is no list of thousands.
 */
final class RowSegments {
    private static final int HEADER = 5;
    private static final int FIRST = 512;
    private static final int LARGEST = 64 * 1024;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final long maxBytes;
    private final List<byte[]> full = new ArrayList<>();
    private byte[] open = new byte[0];
    /** What of the open segment is written, and where in it the last message begins or the next one will. */
    private int used;

    private int message;
    private long bytes;

    RowSegments(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Copies bytes.
     *
     * @param chunk not moved, not released
     * @return false if they are too many, or no messages
     */
    boolean append(ByteBuf chunk) {
        int length = chunk.readableBytes();
        bytes += length;
        if (bytes > maxBytes) {
            return false;
        }
        int at = chunk.readerIndex();
        int left = length;
        while (left > 0) {
            int missing = missing();
            if (missing < 0) {
                return false;
            }
            if (used == message && used >= LARGEST) {
                close();
                missing = HEADER;
            }
            int part = Math.min(missing, left);
            reserve(part);
            chunk.getBytes(at, open, used, part);
            used += part;
            at += part;
            left -= part;
            if (used - message >= HEADER && missing() == 0) {
                message = used;
            }
        }
        return true;
    }

    /** {@return whether the last message is there to its end} */
    boolean isWhole() {
        return used == message;
    }

    /** {@return the segments, which are not kept} */
    List<byte[]> take() {
        if (used > 0) {
            close();
        }
        List<byte[]> taken = List.copyOf(full);
        drop();
        return taken;
    }

    void drop() {
        full.clear();
        open = new byte[0];
        used = 0;
        message = 0;
    }

    /** How many bytes of the header, and once that is there of the message, have not come; -1 for a wrong length. */
    private int missing() {
        int there = used - message;
        if (there < HEADER) {
            return HEADER - there;
        }
        int length = (open[message + 1] & 0xff) << 24
                | (open[message + 2] & 0xff) << 16
                | (open[message + 3] & 0xff) << 8
                | (open[message + 4] & 0xff);
        return length < HEADER - 1 || length == Integer.MAX_VALUE ? -1 : length + 1 - there;
    }

    private void close() {
        full.add(open.length == used ? open : Arrays.copyOf(open, used));
        open = new byte[0];
        used = 0;
        message = 0;
    }

    private void reserve(int more) {
        long needed = (long) used + more;
        if (needed > open.length) {
            long grown = full.isEmpty() ? Math.max(FIRST, 2L * open.length) : LARGEST;
            open = Arrays.copyOf(open, (int) Math.min(Math.max(needed, grown), LARGEST_ARRAY));
        }
    }
}
