package io.pgproxy.auth;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Which names of a certificate are looked for in the map. */
public enum CertificateName {
    /** The common name (CN) of its subject; a subject with several has none. */
    COMMON_NAME {
        @Override
        List<String> of(X509Certificate certificate) {
            List<String> names = new ArrayList<>();
            try {
                for (Rdn rdn :
                        new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                    var values = rdn.toAttributes().get("CN");
                    if (values != null && values.size() == 1 && values.get() instanceof String name) {
                        names.add(name);
                    } else if (values != null) {
                        return List.of();
                    }
                }
            } catch (NamingException e) {
                return List.of();
            }
            return names.size() == 1 ? names : List.of();
        }
    },

    /** Its alternative names (SAN) that are texts: mail addresses, host names, URIs. */
    ALTERNATIVE_NAME {
        @Override
        List<String> of(X509Certificate certificate) {
            List<String> names = new ArrayList<>();
            try {
                Collection<List<?>> all = certificate.getSubjectAlternativeNames();
                if (all != null) {
                    for (List<?> each : all) {
                        // GeneralName of RFC 5280: 1 is rfc822Name, 2 dNSName, 6 uniformResourceIdentifier.
                        if (each.get(0) instanceof Integer kind
                                && (kind == 1 || kind == 2 || kind == 6)
                                && each.get(1) instanceof String name) {
                            names.add(name);
                        }
                    }
                }
            } catch (CertificateParsingException e) {
                return List.of();
            }
            return names;
        }
    };

    /** The names, none with a zero character: such a one is made to be misread. */
    List<String> names(X509Certificate certificate) {
        return of(certificate).stream()
                .filter(name -> !name.isEmpty() && name.indexOf(0) < 0)
                .toList();
    }

    abstract List<String> of(X509Certificate certificate);
}
