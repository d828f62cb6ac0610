package io.pgproxy.testkit.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The client's side of SCRAM-SHA-256 (RFC 7677) without channel binding, for passwords in ASCII. PostgreSQL ignores the
 * name within, as the StartupMessage has it.
 */
final class ScramLogin {

    static final String MECHANISM = "SCRAM-SHA-256";

    private static final String GS2_HEADER = "n,,";

    private final String password;
    private final String firstBare;
    private byte[] serverSignature = new byte[0];

    ScramLogin(String password) {
        this.password = password;
        byte[] nonce = new byte[18];
        new SecureRandom().nextBytes(nonce);
        this.firstBare = "n=,r=" + Base64.getEncoder().encodeToString(nonce);
    }

    String clientFirst() {
        return GS2_HEADER + firstBare;
    }

    String clientFinal(String serverFirst) throws GeneralSecurityException {
        String nonce = attribute(serverFirst, 'r');
        byte[] salt = Base64.getDecoder().decode(attribute(serverFirst, 's'));
        int iterations = Integer.parseInt(attribute(serverFirst, 'i'));
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
        byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
        String withoutProof = "c=" + Base64.getEncoder().encodeToString(GS2_HEADER.getBytes(UTF_8)) + ",r=" + nonce;
        String authMessage = firstBare + "," + serverFirst + "," + withoutProof;
        byte[] clientKey = hmac(salted, "Client Key");
        byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
        byte[] proof = hmac(storedKey, authMessage);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= clientKey[i];
        }
        serverSignature = hmac(hmac(salted, "Server Key"), authMessage);
        return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
    }

    void verify(String serverFinal) {
        byte[] shown = Base64.getDecoder().decode(attribute(serverFinal, 'v'));
        if (!MessageDigest.isEqual(shown, serverSignature)) {
            throw new AssertionError("the server does not know the password: its signature is wrong");
        }
    }

    private static String attribute(String message, char name) {
        for (String part : message.split(",", -1)) {
            if (part.startsWith(name + "=")) {
                return part.substring(2);
            }
        }
        throw new AssertionError("no " + name + "= in the server's SCRAM message: " + message);
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }
}
