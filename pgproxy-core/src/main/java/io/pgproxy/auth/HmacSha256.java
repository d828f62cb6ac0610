package io.pgproxy.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The functions of SCRAM-SHA-256 by their names in RFC 5802, section 2.2. */
final class HmacSha256 {
    /** Bytes of a hash. */
    static final int LENGTH = 32;

    private static final byte[] FIRST_BLOCK = {0, 0, 0, 1};

    private HmacSha256() {}

    static byte[] hmac(byte[] key, byte[]... message) {
        Mac mac = keyed(key);
        for (byte[] part : message) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    static byte[] hash(byte[] message) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** PBKDF2 of one block: milliseconds. The JDK's own takes no password that is not text. */
    static byte[] hi(byte[] password, byte[] salt, int iterations) {
        Mac mac = keyed(password);
        mac.update(salt);
        byte[] round = mac.doFinal(FIRST_BLOCK);
        byte[] result = round.clone();
        for (int i = 1; i < iterations; i++) {
            round = mac.doFinal(round);
            for (int j = 0; j < LENGTH; j++) {
                result[j] ^= round[j];
            }
        }
        return result;
    }

    private static Mac keyed(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            // Keys are filled up with zeros: an empty one, which the JDK refuses, is the same as one zero.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
