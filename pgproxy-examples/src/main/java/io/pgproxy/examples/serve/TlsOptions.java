package io.pgproxy.examples.serve;

import io.pgproxy.tls.ServerTls;
import io.pgproxy.tls.TlsMode;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How clients may encrypt: the options that begin with {@code --tls}. */
final class TlsOptions {
    /** A certificate that is renewed is in force so soon, without a signal. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "PEM: the certificate that clients are shown, and those between it and a root.")
    private @Nullable Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "PEM: its key, PKCS#8 without a password. Both files are read again when they change.")
    private @Nullable Path key;

    @Option(
            names = "--tls-mode",
            paramLabel = "MODE",
            description = "Whether clients encrypt: off, allow or require (with a certificate allow, else off).")
    private @Nullable TlsMode mode;

    @Option(
            names = "--tls-client-ca",
            paramLabel = "FILE",
            description = "PEM: whose certificates of clients are believed; clients are asked for theirs.")
    private @Nullable Path clientAuthorities;

    /**
     * The settings.
     *
     * @return null if there is no certificate
     * @throws IllegalArgumentException in one line, if the options do not fit together
     */
    @Nullable
    ServerTls settings() {
        if (certificate == null || key == null) {
            if (certificate != null || key != null) {
                throw new IllegalArgumentException("--tls-cert and --tls-key need each other");
            }
            if (mode != null && mode != TlsMode.OFF) {
                throw new IllegalArgumentException("--tls-mode needs --tls-cert and --tls-key");
            }
            if (clientAuthorities != null) {
                throw new IllegalArgumentException("--tls-client-ca needs --tls-cert and --tls-key");
            }
            return null;
        }
        ServerTls settings = ServerTls.of(certificate, key).lookingEvery(LOOK);
        if (mode != null) {
            settings = settings.mode(mode);
        }
        return clientAuthorities == null ? settings : settings.clientAuthorities(clientAuthorities);
    }
}
