package io.pgproxy.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The md5 hash of a password and its user's name, as PostgreSQL kept passwords before SCRAM. Who knows the hash can log
 * in with it: it is no better than the password.
 */
public final class Md5Hash implements Secret {
    private static final String PREFIX = "md5";

    /** 32 hexadecimal digits in ASCII. */
    private final byte[] digits;

    private Md5Hash(byte[] digits) {
        this.digits = digits;
    }

    /**
     * Reads the server's form.
     *
     * @param text {@code md5} and 32 hexadecimal digits
     * @return the hash
     * @throws IllegalArgumentException if it is something else; without the text
     */
    public static Md5Hash parse(String text) {
        if (!MD5.matcher(text).matches()) {
            throw new IllegalArgumentException("not an md5 hash");
        }
        return new Md5Hash(text.substring(PREFIX.length()).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Hashes a password.
     *
     * @param user whose it is
     * @param password left as it is
     * @return the hash
     */
    public static Md5Hash of(String user, char[] password) {
        byte[] bytes = PreparedPassword.encode(password);
        Md5Hash hash = of(user, bytes);
        Arrays.fill(bytes, (byte) 0);
        return hash;
    }

    private static Md5Hash of(String user, byte[] password) {
        return new Md5Hash(md5(password, user.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Whether a client has answered AuthenticationMD5Password as one who knows the password. Takes the same time
     * wherever the answer differs.
     *
     * @param salt the four bytes of the request
     * @param answer the password of the PasswordMessage
     * @return whether it is the right answer
     */
    public boolean isProvenBy(byte[] salt, byte[] answer) {
        byte[] proof = md5(digits, salt);
        byte[] expected = Arrays.copyOf(PREFIX.getBytes(StandardCharsets.US_ASCII), PREFIX.length() + proof.length);
        System.arraycopy(proof, 0, expected, PREFIX.length(), proof.length);
        return MessageDigest.isEqual(expected, answer);
    }

    @Override
    public boolean matches(String user, Password password) {
        byte[] bytes = password.toByteArray();
        boolean same = MessageDigest.isEqual(digits, of(user, bytes).digits);
        Arrays.fill(bytes, (byte) 0);
        return same;
    }

    private static byte[] md5(byte[] first, byte[] second) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update(first);
            return HexFormat.of().formatHex(md5.digest(second)).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    /** Nothing of it. */
    @Override
    public String toString() {
        return "Md5Hash[]";
    }
}
