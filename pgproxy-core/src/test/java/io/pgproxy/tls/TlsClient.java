package io.pgproxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.peer.ScriptedClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Clients that encrypt step by step, and believe every server. */
public final class TlsClient {
    static final byte[] SSL_REQUEST = {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f};
    private static final int PATIENCE_MS = 10_000;

    private TlsClient() {}

    /** Asks, is told that it may, and encrypts. */
    public static ScriptedClient negotiated(int port) throws Exception {
        return ScriptedClient.over(encrypted(asked(port), null));
    }

    /** A socket whose request was granted. */
    static Socket asked(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MS);
        socket.getOutputStream().write(SSL_REQUEST);
        assertThat(socket.getInputStream().read()).isEqualTo('S');
        return socket;
    }

    /** Begins with the handshake. */
    static SSLSocket direct(int port, String... alpn) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MS);
        return encrypted(socket, null, alpn);
    }

    /** Makes the handshake on a connected socket. */
    public static SSLSocket encrypted(Socket socket, Certificates.@Nullable Issued shown, String... alpn)
            throws Exception {
        SSLContext context = context(shown);
        SSLSocket encrypted = (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", 0, true);
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setApplicationProtocols(alpn);
        encrypted.setSSLParameters(parameters);
        encrypted.startHandshake();
        return encrypted;
    }

    /** Makes the handshake as a server. */
    static SSLSocket served(Socket socket, Certificates.Issued shown, String... alpn) throws Exception {
        SSLContext context = context(shown);
        SSLSocket encrypted = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
        encrypted.setUseClientMode(false);
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setApplicationProtocols(alpn);
        encrypted.setSSLParameters(parameters);
        encrypted.startHandshake();
        return encrypted;
    }

    /** The first bytes of a handshake. */
    static byte[] hello() throws Exception {
        SSLEngine engine = context(null).createSSLEngine("localhost", 0);
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    /** What encrypts with a certificate of its own, if there is one, and believes everybody. */
    static SSLContext context(Certificates.@Nullable Issued shown) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManagerFactory keys = null;
        if (shown != null) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "own",
                    shown.bundle().getKeyPair().getPrivate(),
                    new char[0],
                    shown.bundle().getCertificatePath());
            keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
        }
        context.init(keys == null ? null : keys.getKeyManagers(), new TrustManager[] {new Anybody()}, null);
        return context;
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
