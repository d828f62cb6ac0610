package io.pgproxy.core.internal.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Certificates and keys as files hold them (RFC 7468). What goes wrong names the file, and nothing that is in it. */
public final class PemFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PemFiles.class);
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "RSASSA-PSS", "EdDSA");

    private PemFiles() {}

    /**
     * Reads certificates.
     *
     * @param file one or more of them
     * @return in their order
     * @throws IOException if the file cannot be read, or holds none
     */
    public static List<X509Certificate> certificates(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (found.isEmpty()) {
                throw new IOException("no certificate in " + file);
            }
            return found;
        } catch (CertificateException e) {
            throw new IOException("not a file of certificates: " + file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Reads a private key.
     *
     * @param file PKCS#8, RSA or EC or EdDSA, without a password
     * @return the key
     * @throws IOException if the file cannot be read, or holds no such key
     */
    public static PrivateKey key(Path file) throws IOException {
        byte[] text;
        try {
            text = Files.readAllBytes(file);
            warnIfOpen(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        try {
            return key(file, new String(text, StandardCharsets.ISO_8859_1));
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /** The server itself refuses such files; where secrets are mounted they cannot always be otherwise. */
    private static void warnIfOpen(Path file) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView(PosixFileAttributeView.class)
                && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            LOG.warn("everybody on this machine can read the key in {}", file);
        }
    }

    private static PrivateKey key(Path file, String text) throws IOException {
        Matcher found = KEY.matcher(text);
        if (!found.find()) {
            throw new IOException("no private key in " + file);
        }
        if (!found.group(1).equals("PRIVATE KEY")) {
            throw new IOException("the key in " + file + " is a \"" + found.group(1)
                    + "\"; it has to be PKCS#8 without a password: openssl pkcs8 -topk8 -nocrypt");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(found.group(2));
        } catch (IllegalArgumentException e) {
            throw new IOException("the key in " + file + " is malformed");
        }
        try {
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
                } catch (GeneralSecurityException another) {
                    // the next one may read it
                }
            }
        } finally {
            Arrays.fill(der, (byte) 0);
        }
        throw new IOException("the key in " + file + " is of a kind that is not supported");
    }

    private static IOException unreadable(Path file, IOException cause) {
        String message = cause.getMessage();
        return message != null && message.contains(file.toString()) && cause.getClass() == IOException.class
                ? cause
                : new IOException(
                        "cannot read " + file + ": " + cause.getClass().getSimpleName(), cause);
    }
}
