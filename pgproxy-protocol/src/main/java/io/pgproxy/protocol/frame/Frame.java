package io.pgproxy.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * A message that somebody asked for: cut out of the stream, its header included.
 *
 * <p>Who is handed a frame owns its bytes and must release or pass them on. A message longer than the scanner's limit
 * arrives as its head alone ({@link #isWhole()} is false); the rest follows as chunks.
 *
 * @param tag the type byte
 * @param length what the header says: the length of the whole message without its type byte, in bytes
 * @param bytes the message from its type byte on
 */
public record Frame(byte tag, int length, ByteBuf bytes) {
    /** Type byte and length field. */
    static final int HEADER = 5;

    /**
     * Whether all of the message is here.
     *
     * @return false for the head of a message that is longer than the scanner holds
     */
    public boolean isWhole() {
        return bytes.readableBytes() == length + 1L;
    }

    /**
     * What stands behind the header. No reference is taken: it lives as long as {@link #bytes()}.
     *
     * @return a view with indexes of its own
     */
    public ByteBuf body() {
        return bytes.slice(bytes.readerIndex() + HEADER, bytes.readableBytes() - HEADER);
    }

    /** Gives the bytes back; for messages that end here. */
    public void release() {
        bytes.release();
    }

    /** Tells the type and length; never the content. */
    @Override
    public String toString() {
        return "Frame[" + (char) (tag & 0xff) + ", " + length + "]";
    }
}
