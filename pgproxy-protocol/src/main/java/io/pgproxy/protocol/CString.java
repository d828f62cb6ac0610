package io.pgproxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The protocol's String: text that ends with a zero byte.
 *
 * <p>Text is read as UTF-8, and nothing is lost when it is not: a byte that belongs to no well-formed sequence is read
 * as the lone surrogate U+DC00 plus the byte (U+DC80 to U+DCFF), and written back as that byte. So names and values of
 * sessions with another client_encoding survive reading and writing. Who must have real UTF-8 asks {@link #isUtf8}.
 *
 * <p>See "Message Data Types" in the PostgreSQL manual.
 */
public final class CString {
    private static final char REPLACEMENT = '\uFFFD';
    private static final int FIRST_ESCAPE = 0xDC80;
    private static final int LAST_ESCAPE = 0xDCFF;

    private CString() {}

    /**
     * Reads up to a zero byte, and that byte.
     *
     * @param in where to read; its reader index moves behind the zero byte
     * @return the text without the zero byte
     * @throws ProtocolException (08P01) if there is no zero byte
     */
    public static String read(ByteBuf in) {
        int length = in.bytesBefore((byte) 0);
        if (length < 0) {
            throw new ProtocolException("invalid string in message");
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        in.skipBytes(1);
        return decode(bytes);
    }

    /**
     * Writes text and a zero byte.
     *
     * @param out where to write
     * @param text the text
     * @throws IllegalArgumentException if the text holds U+0000; nothing is written
     */
    public static void write(ByteBuf out, String text) {
        if (plain(text)) {
            ByteBufUtil.writeUtf8(out, text);
        } else {
            out.writeBytes(encode(text));
        }
        out.writeByte(0);
    }

    /**
     * The text that bytes stand for.
     *
     * @param bytes any bytes
     * @return the text, of which {@link #encode} makes the same bytes
     */
    public static String decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeWithEscapes(bytes);
    }

    /**
     * The bytes that stand for a text, without a zero byte.
     *
     * @param text the text
     * @return its UTF-8, with escaped bytes as they were read; a lone surrogate that stands for no byte becomes '?'
     * @throws IllegalArgumentException if the text holds U+0000
     */
    public static byte[] encode(String text) {
        if (plain(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[text.length() * 3];
        int length = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                length = append(bytes, length, text.substring(start, i));
                bytes[length++] = c >= FIRST_ESCAPE && c <= LAST_ESCAPE ? (byte) (c - 0xDC00) : (byte) '?';
                start = i + 1;
            }
        }
        length = append(bytes, length, text.substring(start));
        byte[] result = new byte[length];
        System.arraycopy(bytes, 0, result, 0, length);
        return result;
    }

    /**
     * Was this text UTF-8 when it was read?
     *
     * @param text a text as {@link #read} or {@link #decode} gave it
     * @return false if it holds escaped bytes
     */
    public static boolean isUtf8(String text) {
        return plain(text) || StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static int append(byte[] bytes, int length, String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        return length + encoded.length;
    }

    /** No surrogate at all: what nearly all text is. Rejects U+0000, which would end the string early. */
    private static boolean plain(String text) {
        boolean plain = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException("zero character in text");
            }
            plain &= !Character.isSurrogate(c);
        }
        return plain;
    }

    private static String decodeWithEscapes(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isMalformed()) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (0xDC00 + (in.get() & 0xff)));
            }
            result = decoder.decode(in, out, true);
        }
        return out.flip().toString();
    }
}
