package io.pgproxy.sql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 64-bit hash of a text, eight bytes at a time. Its seed is secret: nobody can send texts that share a hash on
 * purpose. Two texts are the same only if their bytes are, whatever the hash says.
 */
final class TextHash {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ODD = 0x9E3779B97F4A7C15L;
    private static final int LANE = Long.BYTES;

    private final long seed;
    private final long factor;

    TextHash(long seed, long factor) {
        this.seed = seed;
        this.factor = factor | 1;
    }

    long of(byte[] text, int from, int to) {
        long hash = seed ^ (to - from);
        int at = from;
        for (; at + LANE <= to; at += LANE) {
            hash = mix(hash ^ (long) LONGS.get(text, at));
        }
        long rest = 0;
        for (; at < to; at++) {
            rest = (rest << Byte.SIZE) | (text[at] & 0xFF);
        }
        return mix(mix(hash ^ rest) ^ ODD);
    }

    /** Both halves of the product, so that each bit of the input reaches all of the output. */
    private long mix(long value) {
        return (value * factor) ^ Math.multiplyHigh(value, factor);
    }
}
