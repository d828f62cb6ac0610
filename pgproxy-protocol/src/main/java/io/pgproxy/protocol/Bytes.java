package io.pgproxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Bytes that do not change: a parameter, a value of a row, a secret.
 *
 * <p>It is a copy on the heap and needs no release. Its {@link #toString} shows the length alone, so that messages
 * which hold values or secrets can be logged.
 */
public final class Bytes {
    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] bytes;

    private Bytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Copies an array.
     *
     * @param bytes the bytes to copy
     * @return the copy
     */
    public static Bytes copyOf(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Bytes(bytes.clone());
    }

    /**
     * The bytes of a text.
     *
     * @param text the text; see {@link CString} for text that is not UTF-8
     * @return its bytes, without a zero byte at the end
     */
    public static Bytes of(String text) {
        return text.isEmpty() ? EMPTY : new Bytes(CString.encode(text));
    }

    /**
     * Copies bytes out of a buffer.
     *
     * @param in where to read; its reader index moves by {@code length}
     * @param length how many bytes
     * @return the copy
     * @throws IndexOutOfBoundsException if there are fewer
     */
    public static Bytes read(ByteBuf in, int length) {
        if (length == 0) {
            return EMPTY;
        }
        // Checked before the array is made: a length may come from a hostile peer.
        if (length < 0 || length > in.readableBytes()) {
            throw new IndexOutOfBoundsException(length + " bytes wanted, " + in.readableBytes() + " there");
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        return new Bytes(bytes);
    }

    /**
     * How many bytes these are.
     *
     * @return the length in bytes
     */
    public int length() {
        return bytes.length;
    }

    /**
     * One byte.
     *
     * @param index from 0
     * @return the byte at that place
     */
    public byte at(int index) {
        return bytes[index];
    }

    /**
     * Appends these bytes to a buffer.
     *
     * @param out where to write
     */
    public void write(ByteBuf out) {
        out.writeBytes(bytes);
    }

    /**
     * A buffer over these bytes, for reading numbers out of them. It cannot be written to and needs no release.
     *
     * @return a new buffer with its own indexes
     */
    public ByteBuf buffer() {
        return Unpooled.wrappedBuffer(bytes).asReadOnly();
    }

    /**
     * A copy.
     *
     * @return a new array
     */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /**
     * These bytes as text.
     *
     * @return the text; see {@link CString} for bytes that are not UTF-8
     */
    public String text() {
        return CString.decode(bytes);
    }

    /** Equal bytes. The comparison stops at the first difference: it is not for secrets. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The length only. */
    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
