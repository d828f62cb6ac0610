package io.pgproxy.protocol;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages: the type byte, the length, the body.
 *
 * <p>A message is written whole or not at all.
 */
public final class MessageWriter {
    private static final int MOST_ELEMENTS = 0xffff;

    private MessageWriter() {}

    /**
     * Writes one message.
     *
     * @param out where to write; unchanged if the body throws
     * @param tag the type byte
     * @param body writes the body
     */
    public static void write(ByteBuf out, byte tag, Consumer<ByteBuf> body) {
        int start = out.writerIndex();
        boolean written = false;
        try {
            out.writeByte(tag);
            out.writeInt(0);
            body.accept(out);
            out.setInt(start + 1, out.writerIndex() - start - 1);
            written = true;
        } finally {
            if (!written) {
                out.writerIndex(start);
            }
        }
    }

    /**
     * Writes a message that has no body.
     *
     * @param out where to write
     * @param tag the type byte
     */
    public static void writeEmpty(ByteBuf out, byte tag) {
        out.writeByte(tag);
        out.writeInt(4);
    }

    /**
     * Writes a length of four bytes and the bytes; -1 alone for null.
     *
     * @param out where to write
     * @param value the bytes, or null
     */
    public static void writeValue(ByteBuf out, @Nullable Bytes value) {
        if (value == null) {
            out.writeInt(-1);
        } else {
            out.writeInt(value.length());
            value.write(out);
        }
    }

    /**
     * Writes an unsigned count of two bytes and the elements.
     *
     * @param <T> the type of an element
     * @param out where to write
     * @param elements at most 65,535
     * @param element writes one element
     */
    public static <T extends @Nullable Object> void writeList(
            ByteBuf out, List<T> elements, BiConsumer<ByteBuf, T> element) {
        out.writeShort(elements.size());
        for (T each : elements) {
            element.accept(out, each);
        }
    }

    /**
     * A copy of a list whose count has to fit into two bytes.
     *
     * @param <T> the type of an element
     * @param elements at most 65,535; they may be null
     * @return an unmodifiable copy
     * @throws IllegalArgumentException if there are more
     */
    public static <T extends @Nullable Object> List<T> copyOf(List<T> elements) {
        if (elements.size() > MOST_ELEMENTS) {
            throw new IllegalArgumentException(elements.size() + " elements, at most " + MOST_ELEMENTS);
        }
        return Collections.unmodifiableList(new ArrayList<>(elements));
    }
}
