package io.pgproxy.sql;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What statements have in common that differ in their constants only: 128 bits of SHA-256 over the statement's kind and
 * its normalised tokens. Stable between processes and releases of the same major version, and not to be forged: another
 * statement with a given fingerprint cannot be found, so lists of allowed statements may be made of them. What a
 * constant says is not in it: whoever allows {@code SET TimeZone = 'UTC'} allows every time zone.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
public record Fingerprint(long high, long low) {
    private static final HexFormat HEX = HexFormat.of();

    static Fingerprint of(byte[] canonical) {
        try {
            ByteBuffer hash =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(canonical));
            return new Fingerprint(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * {@return the fingerprint that {@link #toString} has written so}
     *
     * @param text 32 hexadecimal digits
     * @throws IllegalArgumentException if it is something else
     */
    public static Fingerprint parse(String text) {
        if (text.length() != 32) {
            throw new IllegalArgumentException("a fingerprint has 32 hexadecimal digits, not " + text.length());
        }
        ByteBuffer bits = ByteBuffer.wrap(HEX.parseHex(text));
        return new Fingerprint(bits.getLong(), bits.getLong());
    }

    /** {@return 32 hexadecimal digits} */
    @Override
    public String toString() {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }
}
