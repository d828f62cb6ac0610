package io.pgproxy.examples.serve;

import io.pgproxy.auth.Authenticator;
import io.pgproxy.auth.CertificateAuthenticator;
import io.pgproxy.auth.CertificateName;
import io.pgproxy.auth.IdentityMap;
import io.pgproxy.auth.ScramAuthenticator;
import io.pgproxy.auth.UserListFile;
import io.pgproxy.tls.ServerTls;
import io.pgproxy.tls.TlsMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who finds out who clients are: {@code --auth} and {@code --users}. */
final class LoginOptions {
    /** Who finds out. */
    enum Kind {
        /** The upstream, by what it asks of the client; nobody, where the proxy logs in by itself. */
        RELAY,
        /** Nobody. */
        TRUST,
        /** The proxy, by passwords. */
        SCRAM,
        /** The proxy, by the certificates that clients show. */
        CERT
    }

    @Option(
            names = "--auth",
            paramLabel = "KIND",
            defaultValue = "relay",
            description = {
                "Who finds out who clients are (default ${DEFAULT-VALUE}): relay, the upstream, if it asks;",
                "trust, nobody; scram, the proxy, by the passwords of --users; cert, the proxy, by certificates."
            })
    private Kind kind = Kind.RELAY;

    @Option(
            names = "--users",
            paramLabel = "FILE",
            description = "Users and passwords as pgbouncer's userlist.txt has them; read again when it changes.")
    private @Nullable Path users;

    /** Sees to it that the options fit together. */
    void check(@Nullable ServerTls tls) {
        if (users != null && kind != Kind.SCRAM) {
            throw new IllegalArgumentException("--users is for --auth scram alone");
        }
        if (users == null && kind == Kind.SCRAM) {
            throw new IllegalArgumentException("--auth scram needs --users FILE");
        }
        if (kind == Kind.CERT && (tls == null || tls.mode() == TlsMode.OFF || tls.clientAuthorities() == null)) {
            throw new IllegalArgumentException("--auth cert needs --tls-client-ca FILE, and TLS that is not off");
        }
    }

    /** Whether the proxy itself says who a client is. */
    boolean isOurs() {
        return kind != Kind.RELAY;
    }

    /** Whether it finds out, too. */
    boolean asks() {
        return kind == Kind.SCRAM || kind == Kind.CERT;
    }

    /**
     * Finds out.
     *
     * @return null where that is the upstream's business
     * @throws IOException in one line, if the users cannot be read
     */
    @Nullable
    Authenticator authenticator() throws IOException {
        return switch (kind) {
            case RELAY -> null;
            case TRUST -> Authenticator.trust();
            case SCRAM -> ScramAuthenticator.of(read(Objects.requireNonNull(users)));
            case CERT -> CertificateAuthenticator.of(CertificateName.COMMON_NAME, IdentityMap.same());
        };
    }

    private static UserListFile read(Path file) throws IOException {
        try {
            return UserListFile.of(file);
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the users in " + file + ": " + malformed.getMessage(), malformed);
        } catch (IOException unreadable) {
            throw new IOException(
                    "the users in " + file + " cannot be read: "
                            + unreadable.getClass().getSimpleName(),
                    unreadable);
        }
    }

    /** As the option has it. */
    @Override
    public String toString() {
        return "--auth " + kind.name().toLowerCase(Locale.ROOT);
    }
}
