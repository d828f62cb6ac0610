package io.pgproxy.core.backend;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.core.internal.tls.ListenerTls;
import io.pgproxy.core.internal.tls.UpstreamContext;
import io.pgproxy.protocol.startup.SslRequest;
import io.pgproxy.tls.SslMode;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Encrypts a plain blocking socket as {@link TlsNegotiation} does the others. */
final class ProbeTls {
    private ProbeTls() {}

    /** The socket to go on with: the same where encryption is not insisted on and the server has none. */
    static Socket over(Socket socket, PostgresUrl url, UpstreamContext tls, String where) throws IOException {
        if (!tls.settings().isDirect()) {
            socket.getOutputStream().write(request());
            int answer = socket.getInputStream().read();
            if (answer < 0) {
                throw new EOFException();
            }
            if (answer == 'N' && tls.settings().mode() == SslMode.PREFER) {
                return socket;
            }
            if (answer != 'S') {
                throw new IOException(
                        where + (answer == 'N' ? " does not support TLS" : " does not speak PostgreSQL's protocol"));
            }
        }
        SSLSocket encrypted =
                (SSLSocket) tls.jdk().getSocketFactory().createSocket(socket, url.host(), url.port(), true);
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(tls.identification());
        parameters.setApplicationProtocols(new String[] {ListenerTls.PROTOCOL});
        encrypted.setSSLParameters(parameters);
        encrypted.setEnabledProtocols(UpstreamContext.VERSIONS.toArray(String[]::new));
        encrypted.startHandshake();
        if (tls.settings().isDirect() && !ListenerTls.PROTOCOL.equals(encrypted.getApplicationProtocol())) {
            throw new IOException(where + " does not know PostgreSQL's protocol by ALPN");
        }
        return encrypted;
    }

    private static byte[] request() {
        ByteBuf packet = Unpooled.buffer(8);
        SslRequest.INSTANCE.write(packet);
        byte[] bytes = new byte[packet.readableBytes()];
        packet.readBytes(bytes);
        return bytes;
    }
}
