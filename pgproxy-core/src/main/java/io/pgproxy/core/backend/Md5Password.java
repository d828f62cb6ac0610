package io.pgproxy.core.backend;

import io.pgproxy.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** The answer to AuthenticationMD5Password: see that message in "Message Flow" of the PostgreSQL manual. */
final class Md5Password {
    private Md5Password() {}

    static Bytes answer(String user, char[] password, Bytes salt) {
        byte[] secret = PasswordBytes.utf8(password);
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        byte[] inner = Arrays.copyOf(secret, secret.length + name.length);
        System.arraycopy(name, 0, inner, secret.length, name.length);
        byte[] hex = HexFormat.of().formatHex(md5(inner)).getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(inner, (byte) 0);
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
