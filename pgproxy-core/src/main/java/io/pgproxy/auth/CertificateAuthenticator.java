package io.pgproxy.auth;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Believes the client's certificate, which the listener has checked: a name of it has to be mapped to the user that the
 * client wants to be. Whoever shows none is refused with 28000. Immutable.
 *
 * <p>See "Certificate Authentication" in the PostgreSQL manual.
 */
public final class CertificateAuthenticator implements Authenticator {
    private final CertificateName name;
    private final IdentityMap map;

    private CertificateAuthenticator(CertificateName name, IdentityMap map) {
        this.name = name;
        this.map = map;
    }

    /**
     * Believes certificates.
     *
     * @param name which name of a certificate counts
     * @param map which users it may be
     * @return the authenticator
     */
    public static CertificateAuthenticator of(CertificateName name, IdentityMap map) {
        return new CertificateAuthenticator(name, map);
    }

    @Override
    public CompletionStage<Identity> authenticate(Login login) {
        List<X509Certificate> chain = login.certificates();
        boolean permitted = login.isEncrypted()
                && !chain.isEmpty()
                && name.names(chain.get(0)).stream().anyMatch(each -> map.permits(each, login.user()));
        return permitted
                ? CompletableFuture.completedFuture(Identity.of(login))
                : CompletableFuture.failedFuture(LoginRefusedException.invalidCertificate(login.user()));
    }
}
