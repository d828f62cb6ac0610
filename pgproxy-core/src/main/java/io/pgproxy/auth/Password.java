package io.pgproxy.auth;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * A password as a client has sent it, never an empty one. Shows nothing of itself. The server forgets it when the login
 * is over; who needs it longer takes a copy. Not thread-safe.
 */
public final class Password {
    private final byte[] bytes;

    private Password(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A password for tests.
     *
     * @param bytes copied
     * @return the password
     */
    public static Password of(byte[] bytes) {
        return new Password(bytes.clone());
    }

    /**
     * Whether it is this one. Takes the same time wherever they differ.
     *
     * @param other the password that is expected
     * @return whether both are the same text in UTF-8
     */
    public boolean isSame(char[] other) {
        byte[] expected = PreparedPassword.encode(other);
        boolean same = MessageDigest.isEqual(expected, bytes);
        Arrays.fill(expected, (byte) 0);
        return same;
    }

    /**
     * A copy as text, for whoever asks another for the verdict (LDAP, say).
     *
     * @return to be cleared by the caller; what is not UTF-8 is replaced
     */
    public char[] toCharArray() {
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
        char[] chars = new char[text.remaining()];
        text.get(chars);
        Arrays.fill(text.array(), '\0');
        return chars;
    }

    /**
     * A copy as it came.
     *
     * @return to be cleared by the caller
     */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** Forgets it: from now on it is as many zeros. */
    public void clear() {
        Arrays.fill(bytes, (byte) 0);
    }

    /** Nothing of it. */
    @Override
    public String toString() {
        return "Password[]";
    }
}
