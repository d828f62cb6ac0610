package io.pgproxy.core.internal.session;

import io.pgproxy.core.internal.tls.EndPoint;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A client's connection that is encrypted. */
final class ClientTls implements ClientChannel {
    private final SSLSession session;
    private final @Nullable EndPoint endPoint;

    ClientTls(SSLSession session, @Nullable EndPoint endPoint) {
        this.session = session;
        this.endPoint = endPoint;
    }

    @Override
    public boolean isEncrypted() {
        return true;
    }

    @Override
    public List<X509Certificate> certificates() {
        List<X509Certificate> shown = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    shown.add(x509);
                }
            }
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
        return List.copyOf(shown);
    }

    /**
     * Whether what the client has shown is valid now: a handshake that resumes an earlier session does not look again.
     */
    boolean isValid() {
        try {
            for (X509Certificate each : certificates()) {
                each.checkValidity();
            }
            return true;
        } catch (CertificateException expired) {
            return false;
        }
    }

    @Override
    public byte @Nullable [] tlsServerEndPoint() {
        return endPoint == null ? null : endPoint.hash();
    }

    /** The version and the cipher. */
    @Override
    public String toString() {
        return session.getProtocol() + " " + session.getCipherSuite();
    }
}
