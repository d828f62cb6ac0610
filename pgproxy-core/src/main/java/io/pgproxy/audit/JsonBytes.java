package io.pgproxy.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON in UTF-8, as it grows. Not thread-safe. */
final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int TEN = 10;
    private static final int SMALL = 1 << 12;
    private static final char FIRST_PRINTABLE = 0x20;
    private static final char DELETE = 0x7f;
    private static final char LAST_CONTROL = 0x9f;
    private static final char FIRST_OF_THREE_BYTES = 0x800;
    private static final char REPLACEMENT = 0xfffd;
    private static final char LINE_SEPARATOR = 0x2028;
    private static final char PARAGRAPH_SEPARATOR = 0x2029;

    private byte[] bytes = new byte[SMALL];
    private int length;

    int length() {
        return length;
    }

    /** The bytes from an offset on; valid until the next change. */
    ByteBuffer from(int start) {
        return ByteBuffer.wrap(bytes, start, length - start);
    }

    /** Forgets all, and most of the memory. */
    void clear() {
        length = 0;
        if (bytes.length > 1 << 20) {
            bytes = new byte[SMALL];
        }
    }

    /** Forgets the first bytes. */
    void dropFirst(int count) {
        System.arraycopy(bytes, count, bytes, 0, length - count);
        length -= count;
    }

    /** The offset behind the last end of a line in front of another offset, 0 if there is none. */
    int lineStart(int before) {
        int start = before;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    /** Characters of ASCII, as they are. */
    JsonBytes plain(String ascii) {
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    /** Bytes that are JSON already. */
    JsonBytes raw(byte[] json) {
        reserve(json.length);
        System.arraycopy(json, 0, bytes, length, json.length);
        length += json.length;
        return this;
    }

    JsonBytes number(long value) {
        if (value < 0) {
            return plain(Long.toString(value));
        }
        int digits = 1;
        for (long rest = value / TEN; rest > 0; rest /= TEN) {
            digits++;
        }
        return number(value, digits);
    }

    /** A number that is not negative, with zeros in front. */
    JsonBytes number(long value, int digits) {
        reserve(digits);
        long rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % TEN);
            rest /= TEN;
        }
        length += digits;
        return this;
    }

    /** What has been written so far. */
    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** A string in quotes. */
    JsonBytes string(String text) {
        return string(text, text.length());
    }

    /**
     * A string in quotes, of which what is behind an offset is left out. What may end a line somewhere, or means
     * something to a terminal, is escaped. Half a surrogate pair, which no file of UTF-8 can hold and many readers
     * refuse, becomes the replacement character.
     */
    JsonBytes string(String text, int end) {
        reserve(end + 2);
        bytes[length++] = '"';
        for (int i = plainRun(text, end); i < end; i++) {
            reserve(8);
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                bytes[length++] = '\\';
                bytes[length++] = (byte) c;
            } else if (c >= FIRST_PRINTABLE && c < DELETE) {
                bytes[length++] = (byte) c;
            } else if (c == '\n') {
                bytes[length++] = '\\';
                bytes[length++] = 'n';
            } else if (c <= LAST_CONTROL || c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR) {
                escape(c);
            } else if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                fourBytes(Character.toCodePoint(c, text.charAt(i)));
            } else {
                twoOrThreeBytes(Character.isSurrogate(c) ? REPLACEMENT : c);
            }
        }
        return plain("\"");
    }

    /** Most texts are all of this. How far it came. */
    private int plainRun(String text, int end) {
        byte[] to = bytes;
        int at = length;
        int i = 0;
        for (; i < end; i++) {
            char c = text.charAt(i);
            if (c < FIRST_PRINTABLE || c >= DELETE || c == '"' || c == '\\') {
                break;
            }
            to[at++] = (byte) c;
        }
        length = at;
        return i;
    }

    private void escape(char c) {
        bytes[length++] = '\\';
        bytes[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(c >> shift) & 0xf];
        }
    }

    private void twoOrThreeBytes(char c) {
        if (c < FIRST_OF_THREE_BYTES) {
            bytes[length++] = (byte) (0xc0 | (c >> 6));
        } else {
            bytes[length++] = (byte) (0xe0 | (c >> 12));
            bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        }
        bytes[length++] = (byte) (0x80 | (c & 0x3f));
    }

    private void fourBytes(int codePoint) {
        bytes[length++] = (byte) (0xf0 | (codePoint >> 18));
        bytes[length++] = (byte) (0x80 | ((codePoint >> 12) & 0x3f));
        bytes[length++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
        bytes[length++] = (byte) (0x80 | (codePoint & 0x3f));
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    /** The length alone. */
    @Override
    public String toString() {
        return length + " bytes";
    }
}
