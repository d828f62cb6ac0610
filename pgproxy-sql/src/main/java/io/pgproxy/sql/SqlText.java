package io.pgproxy.sql;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An SQL text as the server sees it: bytes of UTF-8. Offsets in this module are offsets into these bytes;
 * {@link #characterOffset} makes an index into the string of one. Two are equal if their bytes are. Immutable.
 */
public final class SqlText {
    private final byte[] utf8;
    private final boolean ascii;
    private final boolean encodable;

    private SqlText(byte[] utf8, boolean encodable) {
        this.utf8 = utf8;
        this.encodable = encodable;
        int all = 0;
        for (byte b : utf8) {
            all |= b;
        }
        this.ascii = all >= 0;
    }

    /**
     * {@return the text of a string}
     *
     * @param text may hold half a surrogate pair: such a text is never understood, see {@link #isEncodable}
     */
    public static SqlText of(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] utf8 = new byte[encoded.remaining()];
            encoded.get(utf8);
            return new SqlText(utf8, true);
        } catch (CharacterCodingException e) {
            return new SqlText(text.getBytes(StandardCharsets.UTF_8), false);
        }
    }

    /**
     * {@return the text of bytes that came from a client}
     *
     * @param utf8 is copied; may be no valid UTF-8
     */
    public static SqlText of(byte[] utf8) {
        return new SqlText(utf8.clone(), true);
    }

    static SqlText owning(byte[] utf8) {
        return new SqlText(utf8, true);
    }

    /**
     * Whether a word stands somewhere in it, be it in a literal or as part of a longer one: a text that does not
     * mention it does not have it as a keyword either.
     *
     * @param word ASCII, letters in lower case
     * @return whether it does, in any case
     */
    public boolean mentions(String word) {
        int last = utf8.length - word.length();
        for (int i = 0; i <= last; i++) {
            int at = 0;
            while (at < word.length() && lower(utf8[i + at]) == word.charAt(at)) {
                at++;
            }
            if (at == word.length()) {
                return true;
            }
        }
        return false;
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    }

    /** The bytes themselves, not to be changed. */
    byte[] array() {
        return utf8;
    }

    /** {@return a copy of the bytes} */
    public byte[] bytes() {
        return utf8.clone();
    }

    /** {@return the length in bytes} */
    public int length() {
        return utf8.length;
    }

    /** {@return whether the text could be written as UTF-8 without loss; half a surrogate pair cannot} */
    public boolean isEncodable() {
        return encodable;
    }

    /** {@return the whole text} */
    public String string() {
        return string(0, utf8.length);
    }

    /**
     * {@return a part of the text}
     *
     * @param start its first byte
     * @param end the offset behind its last byte
     * @throws IndexOutOfBoundsException if the text is shorter
     */
    public String string(int start, int end) {
        return new String(utf8, start, end - start, StandardCharsets.UTF_8);
    }

    /**
     * {@return the index into {@link #string()} that belongs to an offset in bytes}
     *
     * @param offset at the beginning of a character, at most {@link #length()}
     * @throws IndexOutOfBoundsException if the text is shorter
     */
    public int characterOffset(int offset) {
        return ascii ? offset : string(0, offset).length();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SqlText text && Arrays.equals(utf8, text.utf8) && encodable == text.encodable;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8);
    }

    /** {@return the length only: a text may hold values that are nobody's business} */
    @Override
    public String toString() {
        return utf8.length + " bytes of SQL";
    }
}
