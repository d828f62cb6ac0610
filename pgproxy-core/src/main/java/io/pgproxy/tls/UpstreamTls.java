package io.pgproxy.tls;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the connections to an upstream are encrypted: TLS 1.2 and 1.3. The files are read when the upstream is made. Unix
 * domain sockets are never encrypted. Immutable; shows no secret.
 */
public final class UpstreamTls {
    /** None: the default, for upstreams that are reached over a network nobody else is on. */
    public static final UpstreamTls DISABLED =
            new UpstreamTls(SslMode.DISABLE, null, null, null, false, ChannelBinding.PREFER);

    private final SslMode mode;
    private final @Nullable Path authorities;
    private final @Nullable Path certificates;
    private final @Nullable Path key;
    private final boolean direct;
    private final ChannelBinding binding;

    private UpstreamTls(
            SslMode mode,
            @Nullable Path authorities,
            @Nullable Path certificates,
            @Nullable Path key,
            boolean direct,
            ChannelBinding binding) {
        this.mode = mode;
        this.authorities = authorities;
        this.certificates = certificates;
        this.key = key;
        this.direct = direct;
        this.binding = binding;
    }

    /**
     * Encryption as far as a mode says.
     *
     * @param mode where it verifies, the authorities are those that the JVM trusts unless others are given
     * @return the settings
     */
    public static UpstreamTls of(SslMode mode) {
        return DISABLED.mode(mode);
    }

    /**
     * Encryption by a server whose certificate these authorities have issued, for its host's name: mode
     * {@link SslMode#VERIFY_FULL}.
     *
     * @param authorities PEM
     * @return the settings
     */
    public static UpstreamTls verified(Path authorities) {
        return of(SslMode.VERIFY_FULL).authorities(authorities);
    }

    /**
     * Another mode.
     *
     * @param value the mode
     * @return settings that are changed so
     */
    public UpstreamTls mode(SslMode value) {
        return new UpstreamTls(Objects.requireNonNull(value, "mode"), authorities, certificates, key, direct, binding);
    }

    /**
     * Who is believed.
     *
     * @param file PEM: the certificates of authorities
     * @return settings that are changed so
     */
    public UpstreamTls authorities(Path file) {
        return new UpstreamTls(mode, Objects.requireNonNull(file, "authorities"), certificates, key, direct, binding);
    }

    /**
     * Shows a certificate of our own to servers that ask for one.
     *
     * @param chain PEM: our certificate, then those of the authorities between it and a root
     * @param privateKey PEM: its key, PKCS#8 without a password
     * @return settings that are changed so
     */
    public UpstreamTls certificate(Path chain, Path privateKey) {
        return new UpstreamTls(
                mode,
                authorities,
                Objects.requireNonNull(chain, "chain"),
                Objects.requireNonNull(privateKey, "privateKey"),
                direct,
                binding);
    }

    /**
     * Begins with the handshake, without asking: for servers from 17 on, and one round trip less. Needs a mode that
     * insists on encryption.
     *
     * @return settings that are changed so
     */
    public UpstreamTls direct() {
        return new UpstreamTls(mode, authorities, certificates, key, true, binding);
    }

    /**
     * Whether logins of the proxy's own are bound to the connection.
     *
     * @param value {@link ChannelBinding#PREFER} unless given
     * @return settings that are changed so
     */
    public UpstreamTls channelBinding(ChannelBinding value) {
        return new UpstreamTls(mode, authorities, certificates, key, direct, Objects.requireNonNull(value, "binding"));
    }

    /** {@return how much of it is insisted on} */
    public SslMode mode() {
        return mode;
    }

    /** {@return the file of the authorities that are believed; null for those of the JVM} */
    public @Nullable Path authorities() {
        return authorities;
    }

    /** {@return the file of our certificate; null if we have none} */
    public @Nullable Path certificates() {
        return certificates;
    }

    /** {@return the file of our certificate's key; null if we have none} */
    public @Nullable Path key() {
        return key;
    }

    /** {@return whether it begins without asking} */
    public boolean isDirect() {
        return direct;
    }

    /** {@return whether logins are bound to the connection} */
    public ChannelBinding channelBinding() {
        return binding;
    }

    /** {@return the mode} */
    @Override
    public String toString() {
        return "UpstreamTls[" + mode.word() + "]";
    }
}
