package io.pgproxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.peer.ScriptedClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
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
    static ScriptedClient negotiated(int port) throws Exception {
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
        SSLSocket encrypted = (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", 0, true);
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setApplicationProtocols(alpn);
        encrypted.setSSLParameters(parameters);
        encrypted.startHandshake();
        return encrypted;
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
