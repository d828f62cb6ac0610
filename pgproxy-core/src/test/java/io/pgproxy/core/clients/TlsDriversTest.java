package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.auth.ScramAuthenticator;
import io.pgproxy.auth.ScramVerifier;
import io.pgproxy.auth.User;
import io.pgproxy.auth.Users;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.pgproxy.tls.Certificates;
import io.pgproxy.tls.TlsMode;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.SslMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other drivers log in with SCRAM over TLS, and check the proxy's certificate. */
@WithPostgres
class TlsDriversTest {
    @TempDir
    private static Path directory;

    private static Certificates certificates;
    private static ProxyServer proxy;

    private final TestDatabase database;

    TlsDriversTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        certificates = new Certificates(directory, "proxy");
        database.execute("drop role if exists td_alice; create role td_alice login");
        User alice = User.of("td_alice", ScramVerifier.of("s3cret".toCharArray()));
        proxy = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + database.host() + ":" + database.port())
                .tls(certificates.server("server").tls().mode(TlsMode.REQUIRE))
                .authenticator(ScramAuthenticator.of(Users.of(List.of(alice))))
                .drainDeadline(Duration.ofSeconds(1))
                .build()
                .start();
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    private Place place() {
        return new Place("127.0.0.1", proxy.port(), database.name(), "td_alice", "s3cret");
    }

    @Test
    void node() throws Exception {
        Node node = Node.installed();
        Transcript seen = new Transcript();
        node.run(
                "encrypted",
                place(),
                seen,
                Map.of(
                        "PGSSLMODE",
                        "require",
                        "NODE_EXTRA_CA_CERTS",
                        certificates.authority().toString()));
        assertThat(seen.toString()).contains("[\"td_alice\",true]", "exit code: 0");

        Transcript stranger = new Transcript();
        node.run("encrypted", place(), stranger, Map.of("PGSSLMODE", "require"));
        assertThat(stranger.toString()).contains("exit code: 1").doesNotContain("td_alice");
    }

    @Test
    void vertx() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            PgConnection connection = PgConnection.connect(
                            vertx,
                            new PgConnectOptions()
                                    .setHost("127.0.0.1")
                                    .setPort(proxy.port())
                                    .setDatabase(database.name())
                                    .setUser("td_alice")
                                    .setPassword("s3cret")
                                    .setSslMode(SslMode.VERIFY_FULL)
                                    .setSslOptions(new ClientSSLOptions()
                                            .setHostnameVerificationAlgorithm("HTTPS")
                                            .setTrustOptions(new PemTrustOptions()
                                                    .addCertPath(certificates
                                                            .authority()
                                                            .toString()))))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            assertThat(connection.isSSL()).isTrue();
            assertThat(connection
                            .query("select current_user")
                            .execute()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(30, TimeUnit.SECONDS)
                            .iterator()
                            .next()
                            .getString(0))
                    .isEqualTo("td_alice");
            connection.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }
}
