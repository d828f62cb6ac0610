package io.pgproxy.core.internal.tls;

import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is being encrypted.
 *
 * @param handler to be put in front of its pipeline
 * @param endPoint the hash of our certificate, which clients bind themselves to; null if there is none
 */
public record ServerHandshake(SslHandler handler, @Nullable EndPoint endPoint) {
    /** {@return whether the client has asked for our protocol by ALPN; after the handshake} */
    public boolean isForUs() {
        return ListenerTls.PROTOCOL.equals(handler.applicationProtocol());
    }

    /** {@return what was negotiated; after the handshake} */
    public SSLSession session() {
        return handler.engine().getSession();
    }

    /** Nothing of keys. */
    @Override
    public String toString() {
        return "ServerHandshake[" + handler.applicationProtocol() + "]";
    }
}
