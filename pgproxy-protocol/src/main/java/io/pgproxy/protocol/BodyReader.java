package io.pgproxy.protocol;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one message and trusts nothing in it.
 *
 * <p>Whatever is asked for and is not there is a {@link ProtocolException} (08P01); nothing is allocated for a count or
 * length before it has been compared with the bytes that are left. The buffer must be exactly the body, without the
 * type byte and the length; it is read to its end and not released.
 */
public final class BodyReader {
    private final ByteBuf in;

    /**
     * A reader from the buffer's reader index on.
     *
     * @param body exactly the body of the message
     */
    public BodyReader(ByteBuf body) {
        in = body;
    }

    /**
     * How much has not been read.
     *
     * @return the number of bytes
     */
    public int left() {
        return in.readableBytes();
    }

    /**
     * One byte.
     *
     * @return the byte
     */
    public byte int8() {
        return need(1).readByte();
    }

    /**
     * A signed number of two bytes.
     *
     * @return the number
     */
    public short int16() {
        return need(2).readShort();
    }

    /**
     * A signed number of four bytes.
     *
     * @return the number
     */
    public int int32() {
        return need(4).readInt();
    }

    /**
     * A format code of two bytes.
     *
     * @return the format
     */
    public Format format() {
        return Format.of(int16());
    }

    /**
     * Text up to a zero byte.
     *
     * @return the text, see {@link CString}
     */
    public String string() {
        return CString.read(in);
    }

    /**
     * A number of bytes.
     *
     * @param length how many
     * @return a copy of them
     */
    public Bytes bytes(int length) {
        return Bytes.read(need(length), length);
    }

    /**
     * All that is left.
     *
     * @return a copy of the bytes
     */
    public Bytes rest() {
        return Bytes.read(in, left());
    }

    /**
     * A length of four bytes and as many bytes; -1 is SQL's null.
     *
     * @return a copy of the bytes, or null
     */
    public @Nullable Bytes value() {
        int length = int32();
        if (length == -1) {
            return null;
        }
        return bytes(length);
    }

    /**
     * An unsigned count of two bytes and as many elements.
     *
     * @param <T> the type of an element
     * @param smallest the least number of bytes that one element takes
     * @param element reads one element
     * @return the elements in an unmodifiable list; they may be null if {@code element} gives null
     */
    public <T extends @Nullable Object> List<T> list(int smallest, Function<BodyReader, T> element) {
        return elements(need(2).readUnsignedShort(), smallest, element);
    }

    /**
     * A given number of elements.
     *
     * @param <T> the type of an element
     * @param count how many, as the message says
     * @param smallest the least number of bytes that one element takes
     * @param element reads one element
     * @return the elements in an unmodifiable list; they may be null if {@code element} gives null
     */
    public <T extends @Nullable Object> List<T> elements(int count, int smallest, Function<BodyReader, T> element) {
        if (count < 0 || (long) count * smallest > left()) {
            throw missing();
        }
        List<T> elements = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            elements.add(element.apply(this));
        }
        return Collections.unmodifiableList(elements);
    }

    /** Checks that nothing is left. */
    public void end() {
        if (in.isReadable()) {
            throw new ProtocolException("invalid message format");
        }
    }

    private ByteBuf need(int length) {
        if (length < 0 || length > in.readableBytes()) {
            throw missing();
        }
        return in;
    }

    private static ProtocolException missing() {
        return new ProtocolException("insufficient data left in message");
    }
}
