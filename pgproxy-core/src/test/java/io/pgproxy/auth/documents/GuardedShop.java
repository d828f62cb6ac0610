package io.pgproxy.auth.documents;

import io.pgproxy.auth.AuthenticationOptions;
import io.pgproxy.auth.LoginThrottle;
import io.pgproxy.auth.ScramAuthenticator;
import io.pgproxy.auth.ScramVerifier;
import io.pgproxy.auth.User;
import io.pgproxy.auth.UserListFile;
import io.pgproxy.auth.UserStore;
import io.pgproxy.auth.Users;
import io.pgproxy.core.ProxyServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Proxies that find out who their clients are. */
public final class GuardedShop {
    /** Users in a file of pgbouncer's form. */
    public static ProxyServer withFile(String upstream, Path userList) throws IOException {
        return guarded(upstream, UserListFile.of(userList));
    }

    /** One user, for a time. */
    public static ProxyServer withGuest(String upstream, char[] password, Instant until) throws IOException {
        User guest = User.of("guest", ScramVerifier.of(password)).withValidUntil(until);
        return guarded(upstream, Users.of(List.of(guest)));
    }

    private static ProxyServer guarded(String upstream, UserStore users) throws IOException {
        LoginThrottle patient =
                new LoginThrottle(5, Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofHours(1));
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(upstream)
                .authenticator(ScramAuthenticator.of(users), AuthenticationOptions.DEFAULT.withThrottle(patient))
                .build()
                .start();
    }

    private GuardedShop() {}
}
