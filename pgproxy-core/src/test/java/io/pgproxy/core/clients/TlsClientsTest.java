package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.auth.AuthenticationOptions;
import io.pgproxy.auth.Authenticator;
import io.pgproxy.auth.CertificateAuthenticator;
import io.pgproxy.auth.CertificateName;
import io.pgproxy.auth.IdentityMap;
import io.pgproxy.auth.LoginThrottle;
import io.pgproxy.auth.ScramAuthenticator;
import io.pgproxy.auth.ScramVerifier;
import io.pgproxy.auth.User;
import io.pgproxy.auth.Users;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.SessionView;
import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.pgproxy.tls.Certificates;
import io.pgproxy.tls.ServerTls;
import io.pgproxy.tls.TlsMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** psql and pgjdbc encrypt, or do not, as they are told and as the listener lets them. */
@WithPostgres
class TlsClientsTest {
    private static final String MODES = """
            sslmode, root, host, OFF, ALLOW, REQUIRE
            disable, right, localhost, clear, clear, must encrypt
            allow, right, localhost, clear, clear, encrypted
            prefer, right, localhost, clear, encrypted, encrypted
            require, right, localhost, no TLS, encrypted, encrypted
            verify-ca, right, localhost, no TLS, encrypted, encrypted
            verify-ca, right, 127.0.0.1, no TLS, encrypted, encrypted
            verify-ca, wrong, localhost, no TLS, not believed, not believed
            verify-full, right, localhost, no TLS, encrypted, encrypted
            verify-full, wrong, localhost, no TLS, not believed, not believed
            verify-full, right, 127.0.0.1, no TLS, another name, another name
            """;

    /** For the tests of modes. */
    private static final Map<TlsMode, ProxyServer> TRUSTING = new EnumMap<>(TlsMode.class);

    @TempDir
    private static Path directory;

    private static Certificates certificates;
    private static Certificates others;
    private static Certificates.Issued issued;

    private final TestDatabase database;

    TlsClientsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    static void make(TestDatabase database) throws Exception {
        certificates = new Certificates(directory, "proxy");
        others = new Certificates(Files.createDirectory(directory.resolve("others")), "others");
        issued = certificates.serverByName("server");
        database.execute("drop role if exists tc_alice; create role tc_alice login");
        for (TlsMode each : TlsMode.values()) {
            TRUSTING.put(each, proxy(database, issued.tls().mode(each), Authenticator.trust()));
        }
    }

    @AfterAll
    static void stop() {
        TRUSTING.values().forEach(ProxyServer::close);
    }

    private ProxyServer proxy(ServerTls tls, Authenticator authenticator) throws IOException {
        return proxy(database, tls, authenticator);
    }

    private static ProxyServer proxy(TestDatabase database, ServerTls tls, Authenticator authenticator)
            throws IOException {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + database.host() + ":" + database.port())
                .tls(tls)
                .authenticator(authenticator, AuthenticationOptions.DEFAULT.withThrottle(LoginThrottle.NONE))
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .build()
                .start();
    }

    private Place place(ProxyServer proxy, String host) {
        return new Place(host, proxy.port(), database.name(), "tc_alice", "s3cret");
    }

    private static String root(String which) {
        return (which.equals("right") ? certificates : others).authority().toString();
    }

    private static String psql(Place place, String... environment) throws Exception {
        Psql psql = Psql.at(place);
        for (int i = 0; i < environment.length; i += 2) {
            psql.with(environment[i], environment[i + 1]);
        }
        Transcript seen = new Transcript();
        psql.feed(seen, "\\conninfo\n", "-At");
        return outcome(seen.toString());
    }

    /** What libpq and pgjdbc say, in a word or two. */
    private static String outcome(String said) {
        if (said.contains("SSL connection (protocol: TLSv1.3")) {
            return "encrypted";
        }
        if (said.contains("You are connected")) {
            return "clear";
        }
        if (said.contains("the connection must be encrypted")) {
            return "must encrypt";
        }
        if (said.contains("server does not support SSL")) {
            return "no TLS";
        }
        if (said.contains("certificate verify failed") || said.contains("PKIX path")) {
            return "not believed";
        }
        if (said.contains("does not match host name") || said.contains("could not be verified")) {
            return "another name";
        }
        if (said.contains("certificate authentication failed")) {
            return "certificate refused";
        }
        // Who has sent more by then may find the connection closed, and never read why.
        if (said.matches(
                "(?is).*(alert|certificate_unknown|bad_certificate|SSL error|Broken pipe|Connection reset).*")) {
            return "handshake refused";
        }
        if (said.matches("(?is).*channel ?binding.*")) {
            return "gives up";
        }
        return said;
    }

    private static String pgjdbc(ProxyServer proxy, Place place, String... options) throws Exception {
        Await.until("the one before has gone", () -> proxy.sessionCount() == 0);
        try (Connection connection = place.connect(options)) {
            assertThat(connection.isValid(10)).isTrue();
            return proxy.sessions().stream().anyMatch(SessionView::encrypted) ? "encrypted" : "clear";
        } catch (SQLException refused) {
            StringBuilder said = new StringBuilder();
            for (Throwable each = refused; each != null; each = each.getCause()) {
                said.append(each.getMessage()).append('\n');
            }
            return outcome(said.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = MODES, useHeadersInDisplayName = true)
    void modesOfPsql(String mode, String root, String host, String off, String allow, String require) throws Exception {
        Psql.isThere();
        List<String> seen = new ArrayList<>();
        for (ProxyServer proxy : TRUSTING.values()) {
            seen.add(psql(place(proxy, host), "PGSSLMODE", mode, "PGSSLROOTCERT", root(root)));
        }
        assertThat(seen).containsExactly(off, allow, require);
    }

    @ParameterizedTest
    @CsvSource(textBlock = MODES, useHeadersInDisplayName = true)
    void modesOfPgjdbc(String mode, String root, String host, String off, String allow, String require)
            throws Exception {
        List<String> seen = new ArrayList<>();
        for (ProxyServer proxy : TRUSTING.values()) {
            seen.add(pgjdbc(proxy, place(proxy, host), "sslmode", mode, "sslrootcert", root(root)));
        }
        assertThat(seen).containsExactly(off, allow, require);
    }

    @ParameterizedTest
    @CsvSource({
        "require, disable, encrypted",
        "require, prefer, encrypted",
        "require, require, encrypted",
        "disable, disable, clear",
        "disable, prefer, clear",
        "disable, require, gives up"
    })
    void channelBinding(String mode, String binding, String outcome) throws Exception {
        Authenticator scram =
                ScramAuthenticator.of(Users.of(List.of(User.of("tc_alice", ScramVerifier.of("s3cret".toCharArray())))));
        try (ProxyServer proxy = proxy(issued.tls(), scram)) {
            Place place = place(proxy, "localhost");
            assertThat(pgjdbc(proxy, place, "sslmode", mode, "channelBinding", binding))
                    .isEqualTo(outcome);
            Psql.isThere();
            assertThat(psql(place, "PGSSLMODE", mode, "PGCHANNELBINDING", binding))
                    .isEqualTo(outcome);
        }
    }

    private static ServerTls asking() {
        return issued.tls().clientAuthorities(certificates.authority());
    }

    private static Authenticator mapped() {
        return CertificateAuthenticator.of(
                CertificateName.COMMON_NAME, IdentityMap.empty().map("alice of sales", "tc_alice"));
    }

    @Test
    void certificatesOfPsql() throws Exception {
        Psql.isThere();
        try (ProxyServer proxy = proxy(asking(), mapped())) {
            Place place = place(proxy, "localhost");
            assertThat(psql(place, shown(certificates.client("alice of sales"))))
                    .isEqualTo("encrypted");
            assertThat(psql(place, shown(certificates.client("bob")))).isEqualTo("certificate refused");
            assertThat(psql(place, shown(certificates.expiredClient("alice of sales"))))
                    .isEqualTo("handshake refused");
            assertThat(psql(place, shown(others.client("alice of sales")))).isEqualTo("handshake refused");
            assertThat(psql(place, "PGSSLMODE", "require")).isEqualTo("certificate refused");
            assertThat(psql(place, "PGSSLMODE", "disable")).isEqualTo("certificate refused");
        }
    }

    private static String[] shown(Certificates.Issued own) {
        return new String[] {
            "PGSSLMODE",
            "require",
            "PGSSLCERT",
            own.certificates().toString(),
            "PGSSLKEY",
            own.key().toString()
        };
    }

    @Test
    void certificatesOfPgjdbc() throws Exception {
        Certificates.Issued alice = certificates.client("alice of sales");
        try (ProxyServer proxy = proxy(asking(), mapped())) {
            Place place = place(proxy, "localhost");
            assertThat(pgjdbc(proxy, place, inDer(alice))).isEqualTo("encrypted");
            assertThat(pgjdbc(
                            proxy,
                            place,
                            "sslmode",
                            "verify-full",
                            "sslrootcert",
                            root("right"),
                            "sslkey",
                            alice.store("hush").toString(),
                            "sslpassword",
                            "hush"))
                    .isEqualTo("encrypted");
            assertThat(pgjdbc(proxy, place, inDer(certificates.client("bob")))).isEqualTo("certificate refused");
            assertThat(pgjdbc(proxy, place, "sslmode", "require")).isEqualTo("certificate refused");
            assertThat(pgjdbc(proxy, place, inDer(certificates.expiredClient("alice of sales"))))
                    .isEqualTo("handshake refused");
        }
    }

    private static String[] inDer(Certificates.Issued own) throws IOException {
        return new String[] {
            "sslmode",
            "verify-full",
            "sslrootcert",
            root("right"),
            "sslcert",
            own.certificates().toString(),
            "sslkey",
            own.keyInDer().toString()
        };
    }

    @Test
    void pgjdbcBeginsWithTheHandshake() throws Exception {
        ProxyServer proxy = TRUSTING.get(TlsMode.REQUIRE);
        Place place = place(proxy, "localhost");
        assertThat(pgjdbc(
                        proxy,
                        place,
                        "sslmode",
                        "verify-full",
                        "sslrootcert",
                        root("right"),
                        "sslNegotiation",
                        "direct"))
                .isEqualTo("encrypted");
        assertThat(pgjdbc(
                        proxy,
                        place,
                        "sslmode",
                        "verify-full",
                        "sslfactory",
                        "org.postgresql.ssl.DefaultJavaSSLFactory"))
                .isEqualTo("not believed");
    }
}
