package io.pgproxy.core.internal.tls;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What channel binding of type {@code tls-server-end-point} is made of (RFC 5929, section 4): the hash of the server's
 * certificate by the hash function of its signature; MD5 and SHA-1 count as SHA-256.
 */
public final class EndPoint {
    private final byte[] hash;

    private EndPoint(byte[] hash) {
        this.hash = hash;
    }

    /**
     * That of a certificate.
     *
     * @param certificate the server's
     * @return null if its signature has no single hash function (Ed25519), or one that is not known
     */
    public static @Nullable EndPoint of(X509Certificate certificate) {
        String function = function(certificate);
        if (function == null) {
            return null;
        }
        try {
            return new EndPoint(MessageDigest.getInstance(function).digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    /** {@return the hash} */
    public byte[] hash() {
        return hash.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EndPoint another && MessageDigest.isEqual(hash, another.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    private static @Nullable String function(X509Certificate certificate) {
        String name = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        if (name.equals("RSASSA-PSS")) {
            return ofPss(certificate);
        }
        int with = name.indexOf("WITH");
        return with < 0 ? null : strongEnough(name.substring(0, with));
    }

    private static @Nullable String ofPss(X509Certificate certificate) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            parameters.init(certificate.getSigAlgParams());
            return strongEnough(
                    parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
        } catch (GeneralSecurityException | java.io.IOException e) {
            return null;
        }
    }

    private static @Nullable String strongEnough(String function) {
        return switch (function.replace("-", "").replace("/", "")) {
            case "MD5", "SHA1", "SHA256" -> "SHA-256";
            case "SHA224" -> "SHA-224";
            case "SHA384" -> "SHA-384";
            case "SHA512" -> "SHA-512";
            default -> null;
        };
    }
}
