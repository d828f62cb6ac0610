package io.pgproxy.protocol.frame;

import io.netty.buffer.ByteBuf;

/**
 * Takes what a {@link FrameScanner} finds, in the order of the wire. All calls come from within
 * {@link FrameScanner#scan} or {@link FrameScanner#resume}, on their thread.
 *
 * <p>{@link #noted}, {@link #shown} and {@link #framed} may change what comes next through the scanner:
 * {@link FrameScanner#interest}, {@link FrameScanner#split} and {@link FrameScanner#pause} take effect at the boundary
 * behind the message they were called for.
 */
public interface FrameSink {
    /**
     * A chunk: untouched bytes that nobody asked to read. It may begin and end within a message.
     *
     * @param bytes owned by the sink from now on
     * @param begun how many messages begin in these bytes
     */
    void passed(ByteBuf bytes, int begun);

    /**
     * The last byte of a noted message has been seen. The message itself leaves with the next chunk, unless parts of it
     * have left already.
     *
     * @param tag its type byte
     * @param first the first byte of its body, or -1 if the body is empty
     */
    void noted(byte tag, int first);

    /**
     * A whole message, where it stands in its buffer; it passes with the chunk around it. Only for types of
     * {@link Interest#show}.
     *
     * @param tag its type byte
     * @param buffer where it stands; to be read within this call, at absolute indexes
     * @param body the index of its body's first byte
     * @param length how many bytes its body has
     */
    default void shown(byte tag, ByteBuf buffer, int body, int length) {}

    /**
     * A whole message, where it stands in its buffer; it does not pass. Only for types of {@link Interest#take}.
     *
     * @param tag its type byte
     * @param buffer where it stands; to be read within this call, at absolute indexes
     * @param from the index of its type byte
     * @param length how many bytes it has, type byte and length included
     */
    default void taken(byte tag, ByteBuf buffer, int from, int length) {}

    /**
     * A message that was cut out.
     *
     * @param frame owned by the sink from now on
     */
    void framed(Frame frame);
}
