package io.pgproxy.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;

/** An authority and what it issues, as PEM files in a directory. */
public final class Certificates {
    private final Path directory;
    private final X509Bundle authority;

    /** An authority of that name, whose certificate is in {@link #authority()}. */
    public Certificates(Path directory, String name) throws Exception {
        this.directory = directory;
        this.authority = new CertificateBuilder()
                .subject("CN=" + name)
                .ecp256()
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(authority(), authority.getCertificatePEM());
    }

    public Path authority() {
        return directory.resolve("authority.pem");
    }

    /** A server's, for localhost and 127.0.0.1. */
    public Issued server(String file) throws Exception {
        return write(
                file,
                valid().subject("CN=localhost")
                        .addSanDnsName("localhost")
                        .addSanIpAddress("127.0.0.1")
                        .ecp256()
                        .buildIssuedBy(authority));
    }

    /** A server's, for its name alone. */
    public Issued serverByName(String file) throws Exception {
        return write(
                file,
                valid().subject("CN=localhost")
                        .addSanDnsName("localhost")
                        .ecp256()
                        .buildIssuedBy(authority));
    }

    /** A server's with a key for RSA. */
    public Issued rsaServer(String file) throws Exception {
        return write(
                file,
                valid().subject("CN=localhost")
                        .addSanIpAddress("127.0.0.1")
                        .rsa2048()
                        .buildIssuedBy(authority));
    }

    /** A server's, for another host. */
    public Issued serverElsewhere(String file) throws Exception {
        return write(
                file,
                valid().subject("CN=elsewhere")
                        .addSanDnsName("elsewhere.example")
                        .ecp256()
                        .buildIssuedBy(authority));
    }

    /** A client's. */
    public Issued client(String name) throws Exception {
        return write(name, valid().subject("CN=" + name).ecp256().buildIssuedBy(authority));
    }

    /** A client's that was valid until yesterday. */
    public Issued expiredClient(String name) throws Exception {
        Instant now = Instant.now();
        return write(
                "expired-" + name,
                new CertificateBuilder()
                        .notBefore(now.minus(Duration.ofDays(9)))
                        .notAfter(now.minus(Duration.ofDays(1)))
                        .subject("CN=" + name)
                        .ecp256()
                        .buildIssuedBy(authority));
    }

    /** A client's that is valid for some seconds, in whole ones. */
    public Issued shortLivedClient(String name, Duration left) throws Exception {
        Instant now = Instant.now();
        return write(
                "short-" + name,
                new CertificateBuilder()
                        .notBefore(now.minus(Duration.ofDays(1)))
                        .notAfter(now.plus(left))
                        .subject("CN=" + name)
                        .ecp256()
                        .buildIssuedBy(authority));
    }

    private static CertificateBuilder valid() {
        Instant now = Instant.now();
        return new CertificateBuilder().notBefore(now.minus(Duration.ofDays(1))).notAfter(now.plus(Duration.ofDays(9)));
    }

    private Issued write(String name, X509Bundle bundle) throws IOException {
        Path certificates = directory.resolve(name + ".pem");
        Path key = directory.resolve(name + ".key");
        Files.writeString(certificates, bundle.getCertificatePathPEM());
        Files.writeString(key, bundle.getPrivateKeyPEM());
        hide(key);
        key.toFile().setWritable(false, false);
        return new Issued(certificates, key, bundle);
    }

    /** Clients take no key that others could read. */
    private static void hide(Path key) {
        key.toFile().setReadable(false, false);
        key.toFile().setReadable(true, true);
    }

    /** A certificate with its key. */
    public record Issued(Path certificates, Path key, X509Bundle bundle) {
        /** The key as pgjdbc takes it. */
        public Path keyInDer() throws IOException {
            Path file = key.resolveSibling(key.getFileName() + ".pk8");
            Files.write(file, bundle.getKeyPair().getPrivate().getEncoded());
            hide(file);
            return file;
        }

        /** Certificate and key in one file of PKCS#12. */
        public Path store(String password) throws Exception {
            Path file = key.resolveSibling(key.getFileName() + ".p12");
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "user", bundle.getKeyPair().getPrivate(), password.toCharArray(), bundle.getCertificatePath());
            try (OutputStream out = Files.newOutputStream(file)) {
                store.store(out, password.toCharArray());
            }
            hide(file);
            return file;
        }

        public ServerTls tls() {
            return ServerTls.of(certificates, key);
        }
    }
}
