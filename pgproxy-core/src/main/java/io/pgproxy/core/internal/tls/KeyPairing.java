package io.pgproxy.core.internal.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Whether two keys belong together: found out when files are read, not by the first client. */
final class KeyPairing {
    private static final byte[] WORDS = {1, 2, 3};

    private KeyPairing() {}

    static boolean isPair(PrivateKey key, PublicKey known) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            default -> "";
        };
        if (algorithm.isEmpty()) {
            return key.getAlgorithm().equals(known.getAlgorithm());
        }
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(WORDS);
            byte[] signed = signature.sign();
            signature.initVerify(known);
            signature.update(WORDS);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
