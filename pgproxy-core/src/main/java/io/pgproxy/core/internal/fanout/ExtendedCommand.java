package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Messages of our own that can stand in a batch. */
final class ExtendedCommand {
    private ExtendedCommand() {}

    /** What it is answered with: CloseComplete so often, if nothing fails. */
    static final int CLOSES = 3;

    /**
     * {@return Parse, Bind and Execute of a text, by a name that no client has given to anything, Close of what that
     * makes, and in front Close of what it has left if it has failed before}
     */
    static ByteBuf of(String name, String sql) {
        byte[] called = name.getBytes(StandardCharsets.US_ASCII);
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(7 * called.length + text.length + 80);
        close('S', called, bytes);
        bytes.writeByte('P').writeInt(called.length + text.length + 8);
        bytes.writeBytes(called).writeByte(0).writeBytes(text).writeByte(0).writeShort(0);
        bytes.writeByte('B').writeInt(2 * called.length + 12);
        bytes.writeBytes(called).writeByte(0).writeBytes(called).writeByte(0);
        bytes.writeShort(0).writeShort(0).writeShort(0);
        bytes.writeByte('E').writeInt(called.length + 9);
        bytes.writeBytes(called).writeByte(0).writeInt(0);
        close('P', called, bytes);
        close('S', called, bytes);
        return bytes;
    }

    private static void close(char what, byte[] called, ByteBuf bytes) {
        bytes.writeByte('C').writeInt(called.length + 6).writeByte(what);
        bytes.writeBytes(called).writeByte(0);
    }

    /** {@return CopyFail} */
    static ByteBuf copyFail() {
        byte[] why = "another writer has refused it".getBytes(StandardCharsets.US_ASCII);
        return ByteBufAllocator.DEFAULT
                .buffer(why.length + 6)
                .writeByte('f')
                .writeInt(why.length + 5)
                .writeBytes(why)
                .writeByte(0);
    }

    /** {@return Flush} */
    static ByteBuf flush() {
        return ByteBufAllocator.DEFAULT.buffer(5).writeByte('H').writeInt(4);
    }

    /** {@return Sync} */
    static ByteBuf sync() {
        return ByteBufAllocator.DEFAULT.buffer(5).writeByte('S').writeInt(4);
    }
}
