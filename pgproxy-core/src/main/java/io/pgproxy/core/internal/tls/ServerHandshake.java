package io.pgproxy.core.internal.tls;

import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is being encrypted.
 *
 * @param handler to be put in front of its pipeline
 * @param endPoint the hash of our certificate, which clients bind themselves to; null if there is none
 */
public record ServerHandshake(SslHandler handler, @Nullable EndPoint endPoint) {
    /** Nothing of keys. */
    @Override
    public String toString() {
        return "ServerHandshake[" + handler.applicationProtocol() + "]";
    }
}
