package io.pgproxy.core.internal.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.pgproxy.tls.SslMode;
import io.pgproxy.tls.UpstreamTls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The client's end of encryption, towards an upstream. Thread-safe. */
public final class UpstreamContext {
    /** What is spoken. */
    public static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    private final UpstreamTls settings;
    private final @Nullable SslContext context;

    /**
     * Reads the files. Blocks.
     *
     * @throws IOException if that fails; the message names the file
     */
    public UpstreamContext(UpstreamTls settings) throws IOException {
        this.settings = settings;
        if (settings.isDirect() && settings.mode().compareTo(SslMode.REQUIRE) < 0) {
            throw new IOException("a direct handshake needs sslmode=require or better");
        }
        this.context = settings.mode() == SslMode.DISABLE ? null : build(settings);
    }

    /** {@return how it was asked for} */
    public UpstreamTls settings() {
        return settings;
    }

    /** {@return whether nothing is encrypted} */
    public boolean isOff() {
        return context == null;
    }

    /** For sockets that block: the JDK's own view of it. */
    public SSLContext jdk() {
        return ((JdkSslContext) known()).context();
    }

    /** A handler for a connection to a host, which makes the handshake with an executor that may compute. */
    public SslHandler handler(ByteBufAllocator allocator, String host, int port, Executor computing) {
        SslHandler handler = known().newHandler(allocator, host, port, computing);
        handler.setHandshakeTimeoutMillis(0); // the login has a deadline
        return handler;
    }

    /** What is checked of the certificate's name; null if nothing is. */
    public @Nullable String identification() {
        return identification(settings);
    }

    private static @Nullable String identification(UpstreamTls settings) {
        return settings.mode() == SslMode.VERIFY_FULL ? "HTTPS" : null;
    }

    private SslContext known() {
        if (context == null) {
            throw new IllegalStateException("nothing is encrypted");
        }
        return context;
    }

    private static SslContext build(UpstreamTls settings) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols(VERSIONS)
                .endpointIdentificationAlgorithm(identification(settings)) // Netty's own is to check
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ListenerTls.PROTOCOL));
        Path authorities = settings.authorities();
        if (authorities != null) {
            builder.trustManager(PemFiles.certificates(authorities));
        } else if (settings.mode().compareTo(SslMode.VERIFY_CA) < 0) {
            builder.trustManager(new TrustingAll());
        }
        Path certificates = settings.certificates();
        Path key = settings.key();
        if (certificates != null && key != null) {
            PrivateKey own = PemFiles.key(key);
            List<X509Certificate> chain = PemFiles.certificates(certificates);
            if (!KeyPairing.isPair(own, chain.get(0).getPublicKey())) {
                throw new IOException("the key in " + key + " is not that of the certificate in " + certificates);
            }
            builder.keyManager(own, chain);
        }
        return builder.build();
    }
}
