package io.pgproxy.core.internal.session;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of the client's connection beneath the protocol. All calls on its event loop. */
public interface ClientChannel {
    /** A connection without encryption. */
    ClientChannel CLEAR = new ClientChannel() {};

    /** {@return whether it is encrypted} */
    default boolean isEncrypted() {
        return false;
    }

    /** {@return the client's certificate and those that vouch for it, verified; empty if it has shown none} */
    default List<X509Certificate> certificates() {
        return List.of();
    }

    /**
     * What SCRAM binds itself to: the hash of our own certificate (tls-server-end-point, RFC 5929).
     *
     * @return null where there is no certificate, or it cannot be hashed as the RFC says
     */
    default byte @Nullable [] tlsServerEndPoint() {
        return null;
    }
}
