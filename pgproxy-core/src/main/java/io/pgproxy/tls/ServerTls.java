package io.pgproxy.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How clients may encrypt their connections: TLS 1.2 and 1.3, by an SSLRequest or directly (ALPN {@code postgresql}).
 * See "SSL Session Encryption" in the chapter on the protocol of the PostgreSQL manual.
 *
 * <p>The files are read when a server starts, and again by {@code ProxyServer.reloadTls()}, and when they have changed
 * if {@link #lookingEvery} says so. Immutable; shows no secret.
 */
public final class ServerTls {
    private final Path certificates;
    private final Path key;
    private final TlsMode mode;
    private final @Nullable Path clientAuthorities;
    private final boolean requiresCertificate;
    private final List<String> ciphers;
    private final Duration look;

    private ServerTls(
            Path certificates,
            Path key,
            TlsMode mode,
            @Nullable Path clientAuthorities,
            boolean requiresCertificate,
            List<String> ciphers,
            Duration look) {
        this.certificates = certificates;
        this.key = key;
        this.mode = mode;
        this.clientAuthorities = clientAuthorities;
        this.requiresCertificate = requiresCertificate;
        this.ciphers = ciphers;
        this.look = look;
    }

    /**
     * Encryption that clients may use, and need not.
     *
     * @param certificates PEM: the server's own certificate, then those of the authorities between it and a root
     * @param key PEM: its key, PKCS#8 without a password
     * @return the settings
     */
    public static ServerTls of(Path certificates, Path key) {
        return new ServerTls(
                Objects.requireNonNull(certificates, "certificates"),
                Objects.requireNonNull(key, "key"),
                TlsMode.ALLOW,
                null,
                false,
                List.of(),
                Duration.ZERO);
    }

    /**
     * Whether clients encrypt.
     *
     * @param value the mode
     * @return settings that are changed so
     */
    public ServerTls mode(TlsMode value) {
        return new ServerTls(certificates, key, value, clientAuthorities, requiresCertificate, ciphers, look);
    }

    /**
     * Asks clients for a certificate. Who shows none may still log in otherwise; one that these authorities have not
     * issued, or that has expired, ends the handshake.
     *
     * @param authorities PEM: the certificates of those whose certificates are believed
     * @return settings that are changed so
     */
    public ServerTls clientAuthorities(Path authorities) {
        return new ServerTls(certificates, key, mode, authorities, requiresCertificate, ciphers, look);
    }

    /**
     * Ends the handshake of clients that show no certificate.
     *
     * @return settings that are changed so; for them authorities have to be given, too
     */
    public ServerTls requiringCertificate() {
        return new ServerTls(certificates, key, mode, clientAuthorities, true, ciphers, look);
    }

    /**
     * Other cipher suites than the defaults of the JDK.
     *
     * @param names by their standard names, such as {@code TLS_AES_128_GCM_SHA256}
     * @return settings that are changed so
     */
    public ServerTls ciphers(List<String> names) {
        return new ServerTls(certificates, key, mode, clientAuthorities, requiresCertificate, List.copyOf(names), look);
    }

    /**
     * Looks now and then whether the files have changed, and reads them again then. If they cannot be read, what was
     * read before stays, and that is logged.
     *
     * @param interval zero, the default, never looks
     * @return settings that are changed so
     * @throws IllegalArgumentException if it is negative
     */
    public ServerTls lookingEvery(Duration interval) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("a negative interval: " + interval);
        }
        return new ServerTls(certificates, key, mode, clientAuthorities, requiresCertificate, ciphers, interval);
    }

    /** {@return the file of the certificates} */
    public Path certificates() {
        return certificates;
    }

    /** {@return the file of the key} */
    public Path key() {
        return key;
    }

    /** {@return whether clients encrypt} */
    public TlsMode mode() {
        return mode;
    }

    /** {@return the file of the authorities that vouch for clients; null if no client is asked for a certificate} */
    public @Nullable Path clientAuthorities() {
        return clientAuthorities;
    }

    /** {@return whether every client has to show a certificate} */
    public boolean requiresCertificate() {
        return requiresCertificate;
    }

    /** {@return the cipher suites; empty for the defaults} */
    public List<String> ciphers() {
        return ciphers;
    }

    /** {@return how often files are looked at; zero for never} */
    public Duration look() {
        return look;
    }

    /** {@return the mode and the files} */
    @Override
    public String toString() {
        return "ServerTls[" + mode + ", " + certificates + "]";
    }
}
