package io.pgproxy.core.backend;

import io.pgproxy.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The answer to AuthenticationMD5Password: see that message in "Message Flow" of the PostgreSQL manual. */
final class Md5Password {
    private Md5Password() {}

    static Bytes answer(String user, char[] password, Bytes salt) {
        byte[] inner = (new String(password) + user).getBytes(StandardCharsets.UTF_8);
        byte[] hex = HexFormat.of().formatHex(md5(inner)).getBytes(StandardCharsets.US_ASCII);
        byte[] salted = new byte[hex.length + salt.length()];
        System.arraycopy(hex, 0, salted, 0, hex.length);
        System.arraycopy(salt.toByteArray(), 0, salted, hex.length, salt.length());
        return Bytes.of("md5" + HexFormat.of().formatHex(md5(salted)));
    }

    private static byte[] md5(byte[] input) {
        try {
            return MessageDigest.getInstance("MD5").digest(input);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
