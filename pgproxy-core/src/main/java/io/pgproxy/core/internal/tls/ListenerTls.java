package io.pgproxy.core.internal.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.pgproxy.tls.ServerTls;
import io.pgproxy.tls.TlsMode;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server's end of encryption, as it is in force. Thread-safe. */
public final class ListenerTls implements AutoCloseable {
    /** The protocol's name in ALPN; see "SSL Session Encryption" in the chapter on the protocol. */
    public static final String PROTOCOL = "postgresql";

    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    /** Handshakes compute: not on event loops, or many of them would keep everybody waiting. */
    private static final int MOST_WORKERS = 2;

    private static final int MOST_WAITING = 10_000;

    private final ServerTls settings;
    private final ThreadPoolExecutor workers;
    private final CertificateWatch watch;
    private volatile Loaded loaded;

    /**
     * Reads the files. Blocks.
     *
     * @param threads make handshakes
     * @throws IOException if that fails; the message names the file
     */
    public ListenerTls(ServerTls settings, ThreadFactory threads) throws IOException {
        this.settings = settings;
        this.loaded = load(settings);
        this.workers = new ThreadPoolExecutor(
                MOST_WORKERS, MOST_WORKERS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), threads);
        this.workers.allowCoreThreadTimeOut(true);
        this.watch = new CertificateWatch(this, settings, threads);
    }

    /** {@return how it was asked for} */
    public ServerTls settings() {
        return settings;
    }

    /** {@return whether clients can encrypt} */
    public boolean isOffered() {
        return settings.mode() != TlsMode.OFF;
    }

    /** {@return whether they must} */
    public boolean isRequired() {
        return settings.mode() == TlsMode.REQUIRE;
    }

    /**
     * Reads the files again, for the connections that come. Blocks.
     *
     * @throws IOException if that fails: what was read before stays in force
     */
    public void reload() throws IOException {
        loaded = load(settings);
    }

    /** A handler for one connection, and with it the hash of the certificate that it shows. */
    public ServerHandshake handshake(ByteBufAllocator allocator) {
        Loaded now = loaded;
        OneHandshake computing = new OneHandshake(workers);
        SslHandler handler = now.context().newHandler(allocator, computing);
        computing.of(handler);
        handler.setHandshakeTimeoutMillis(0); // the login has a deadline
        return new ServerHandshake(handler, now.endPoint());
    }

    /** No connection is left. */
    @Override
    public void close() {
        watch.close();
        workers.shutdownNow();
    }

    /** {@return whether first bytes may be those of a client that begins with the handshake, and wants us} */
    public static boolean mayBegin(ByteBuf bytes) {
        return ClientHello.mayBe(bytes);
    }

    private static Loaded load(ServerTls settings) throws IOException {
        List<X509Certificate> chain = PemFiles.certificates(settings.certificates());
        PrivateKey key = PemFiles.key(settings.key());
        if (!KeyPairing.isPair(key, chain.get(0).getPublicKey())) {
            throw new IOException(
                    "the key in " + settings.key() + " is not that of the certificate in " + settings.certificates());
        }
        SslContextBuilder builder = SslContextBuilder.forServer(key, chain)
                .sslProvider(SslProvider.JDK)
                .protocols(VERSIONS)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.FATAL_ALERT,
                        SelectedListenerFailureBehavior.ACCEPT,
                        PROTOCOL));
        if (!settings.ciphers().isEmpty()) {
            builder.ciphers(settings.ciphers());
        }
        Path authorities = settings.clientAuthorities();
        if (authorities != null) {
            builder.trustManager(PemFiles.certificates(authorities))
                    .clientAuth(settings.requiresCertificate() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        } else if (settings.requiresCertificate()) {
            throw new IOException("client certificates are required, and no authorities are given that issue them");
        }
        try {
            SslContext context = builder.build();
            context.newEngine(ByteBufAllocator.DEFAULT); // fails for ciphers that are not there
            return new Loaded(context, EndPoint.of(chain.get(0)));
        } catch (IllegalArgumentException e) {
            throw new IOException("no TLS with these ciphers: " + settings.ciphers(), e);
        }
    }

    private record Loaded(SslContext context, @Nullable EndPoint endPoint) {}
}
