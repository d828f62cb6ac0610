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
    /** {@return whether the client has said by ALPN that it wants us} */
    public boolean isForUs() {
        return ListenerTls.PROTOCOL.equals(handler.applicationProtocol());
    }

    /**
     * It is complete: from now on no client has another one made, for that costs us more than it costs a client
     * (renegotiation, which TLS 1.2 knows).
     *
     * @return what was negotiated
     */
    public SSLSession completed() {
        handler.engine().setEnableSessionCreation(false);
        return handler.engine().getSession();
    }

    /** Nothing of keys. */
    @Override
    public String toString() {
        return "ServerHandshake[" + handler.applicationProtocol() + "]";
    }
}
