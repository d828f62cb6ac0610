package io.pgproxy.core.internal.session;

import io.netty.buffer.ByteBuf;

/** Reads command tags where they stand. */
public final class CommandTag {
    private static final long LONGEST = 1_000_000_000_000_000_000L;

    private CommandTag() {}

    /**
     * The number at a command tag's end: rows, if it counts any.
     *
     * @param tag holds it
     * @param from the index of its first byte
     * @param length how many bytes it has
     * @return 0 for a tag that counts nothing
     */
    public static long rows(ByteBuf tag, int from, int length) {
        long rows = 0;
        long factor = 1;
        for (int i = from + length - 1; i >= from && factor < LONGEST; i--) {
            byte digit = tag.getByte(i);
            if (digit < '0' || digit > '9') {
                break;
            }
            rows += (digit - '0') * factor;
            factor *= 10;
        }
        return rows;
    }
}
