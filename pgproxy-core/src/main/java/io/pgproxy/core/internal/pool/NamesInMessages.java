package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pgproxy.protocol.frame.Frame;
import java.nio.charset.StandardCharsets;

/** Where messages name statements and portals, and how they go on with another name. */
final class NamesInMessages {
    /** The tag and the length. */
    static final int HEADER = 5;

    private static final int SMALL = 1 << 10;

    /** For the messages behind a Bind: Describe, Execute, Sync. */
    private static final int ROOM = 64;

    private NamesInMessages() {}

    /** A name in a message's body, from an offset on. */
    static String nameAt(Frame frame, int offset) {
        ByteBuf bytes = frame.bytes();
        int from = bytes.readerIndex() + HEADER + offset;
        int end = from < bytes.writerIndex() ? bytes.indexOf(from, bytes.writerIndex(), (byte) 0) : -1;
        return end <= from ? "" : bytes.toString(from, end - from, StandardCharsets.UTF_8);
    }

    /** Whether a Describe or Close is of a portal. */
    static boolean isOfPortal(Frame frame) {
        ByteBuf body = frame.body();
        return body.isReadable() && body.getByte(0) == 'P';
    }

    /** Where a Bind names its statement. */
    static int ofStatement(Frame bind) {
        ByteBuf bytes = bind.bytes();
        int from = bytes.readerIndex() + HEADER;
        int end = bytes.indexOf(from, bytes.writerIndex(), (byte) 0);
        return end < 0 ? 0 : end - from + 1;
    }

    /** How long a name is in a message, without the zero behind it. */
    static int length(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Sends a message with another name in it, in one piece with what follows it if that is short.
     *
     * @param at where the old name stands in the message
     * @param oldLength as by {@link #length}
     * @param name of ASCII
     */
    static void sendRenamed(Frame frame, int at, int oldLength, String name, PooledConnection to) {
        ByteBuf old = frame.bytes();
        int start = old.readerIndex();
        int rest = old.readableBytes() - at - oldLength;
        ByteBuf head = old.alloc().buffer(at + name.length() + Math.min(rest, SMALL) + ROOM);
        head.writeByte(frame.tag()).writeInt(frame.length() + name.length() - oldLength);
        head.writeBytes(old, start + HEADER, at - HEADER);
        ByteBufUtil.writeAscii(head, name);
        if (rest <= SMALL) {
            head.writeBytes(old, start + at + oldLength, rest);
            old.release();
            to.upstream().sendWithNext(head);
        } else {
            to.upstream().send(head);
            to.upstream().send(old.readerIndex(start + at + oldLength));
        }
    }
}
