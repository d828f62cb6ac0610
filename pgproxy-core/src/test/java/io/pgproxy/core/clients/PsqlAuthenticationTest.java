package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.auth.AuthenticationOptions;
import io.pgproxy.auth.Authenticator;
import io.pgproxy.auth.CleartextAuthenticator;
import io.pgproxy.auth.LoginThrottle;
import io.pgproxy.auth.Md5Authenticator;
import io.pgproxy.auth.ScramAuthenticator;
import io.pgproxy.auth.UpstreamUsers;
import io.pgproxy.auth.UserStore;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** psql says the same of a proxy that checks passwords as of the server that does. */
@WithPostgres(
        hba = {
            "host all pa_scram 127.0.0.1/32 scram-sha-256",
            "host all pa_md5 127.0.0.1/32 md5",
            "host all pa_expired 127.0.0.1/32 scram-sha-256",
            "host all pa_nobody 127.0.0.1/32 scram-sha-256"
        },
        name = "checks")
class PsqlAuthenticationTest {
    private final TestDatabase checks;
    private final TestDatabase trusts;

    PsqlAuthenticationTest(TestDatabase checks, @WithPostgres(name = "trusts") TestDatabase trusts) {
        this.checks = checks;
        this.trusts = trusts;
    }

    @BeforeAll
    static void roles(TestDatabase checks, @WithPostgres(name = "trusts") TestDatabase trusts) throws Exception {
        Psql.isThere();
        String sql = "set password_encryption = 'scram-sha-256'; create role pa_scram login password 'scram secret';"
                + "create role pa_expired login password 'x' valid until '2001-01-01';"
                + "set password_encryption = 'md5'; create role pa_md5 login password 'md5 secret'";
        checks.execute(sql);
        trusts.execute(sql);
    }

    private static String say(String host, int port, TestDatabase database, String user, String password)
            throws Exception {
        Transcript seen = new Transcript();
        Place place = new Place(host, port, database.name(), user, password);
        Psql.at(place).feed(seen, "SELECT current_user, 'in';\n", "-At");
        return seen.toString()
                .replace(database.name(), "db")
                .replace(":" + port, ":port")
                .replace("port " + port, "port");
    }

    private void same(Authenticator authenticator, String user, List<String> passwords) throws Exception {
        try (ProxyServer proxy = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + trusts.host() + ":" + trusts.port())
                .authenticator(
                        authenticator,
                        AuthenticationOptions.DEFAULT
                                .withThrottle(LoginThrottle.NONE)
                                .allowUnencryptedPasswords())
                .drainDeadline(Duration.ofSeconds(1))
                .build()
                .start()) {
            for (String password : passwords) {
                String seen = say("127.0.0.1", proxy.port(), trusts, user, password);
                assertThat(seen)
                        .as(user + " with " + password)
                        .isEqualTo(say(checks.host(), checks.port(), checks, user, password))
                        .contains(
                                password.endsWith("secret") ? user + "|in" : "FATAL:  password authentication failed");
            }
        }
    }

    private UserStore roles() {
        PGSimpleDataSource connections = new PGSimpleDataSource();
        connections.setUrl(trusts.jdbcUrl());
        return UpstreamUsers.of(connections);
    }

    @Test
    void scram() throws Exception {
        Authenticator scram = ScramAuthenticator.of(roles());
        same(scram, "pa_scram", List.of("scram secret", "wrong"));
        same(scram, "pa_expired", List.of("x"));
        same(scram, "pa_nobody", List.of("x"));
    }

    @Test
    void md5() throws Exception {
        same(Md5Authenticator.of(roles()), "pa_md5", List.of("md5 secret", "wrong"));
    }

    @Test
    void cleartext() throws Exception {
        Authenticator cleartext = CleartextAuthenticator.of(roles());
        same(cleartext, "pa_scram", List.of("scram secret", "wrong"));
        same(cleartext, "pa_md5", List.of("md5 secret", "wrong"));
    }
}
