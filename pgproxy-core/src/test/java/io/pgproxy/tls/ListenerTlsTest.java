package io.pgproxy.tls;

import static io.pgproxy.testkit.peer.FrontendBytes.cancelRequest;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.core.SessionView;
import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients encrypt, and what others try. */
@WithPostgres
class ListenerTlsTest {
    private final TestDatabase database;

    @TempDir
    private Path directory;

    private Certificates certificates;
    private Certificates.Issued issued;
    private ProxyServer proxy;

    ListenerTlsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        certificates = new Certificates(directory, "test");
        issued = certificates.server("server");
        proxy = proxy(issued.tls());
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private ProxyServer proxy(ServerTls tls) throws IOException {
        return builder().tls(tls).build().start();
    }

    private ProxyServerBuilder builder() {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + database.host() + ":" + database.port())
                .limits(Limits.builder().loginDeadline(Duration.ofSeconds(2)).build())
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1));
    }

    private void restart(ServerTls tls) throws IOException {
        proxy.close();
        proxy = proxy(tls);
    }

    private void answers(ScriptedClient client) throws IOException {
        client.login(database.user(), database.password(), database.name());
        client.send(query("select 4711"));
        assertThat(client.expect("TDCZ").get(1).values()).containsExactly("4711");
    }

    @Test
    void aClientMayEncryptOrNot() throws Exception {
        try (ScriptedClient encrypted = TlsClient.negotiated(proxy.port());
                ScriptedClient clear = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            answers(encrypted);
            answers(clear);
            assertThat(proxy.sessions()).extracting(SessionView::encrypted).containsExactly(true, false);
        }
    }

    @Test
    void largeMessagesPassBothWays() throws Exception {
        try (ScriptedClient client = TlsClient.negotiated(proxy.port())) {
            client.login(database.user(), database.password(), database.name());
            client.send(query("select length('" + "x".repeat(3_000_000) + "'), repeat('y', 5000000)"));
            WireMessage row = client.expect("TDCZ").get(1);
            assertThat(row.values().get(0)).isEqualTo("3000000");
            assertThat(row.values().get(1)).isEqualTo("y".repeat(5_000_000));
        }
    }

    @Test
    void whoMustEncryptIsToldSo() throws Exception {
        restart(issued.tls().mode(TlsMode.REQUIRE));
        try (ScriptedClient clear = ScriptedClient.connect("127.0.0.1", proxy.port());
                ScriptedClient encrypted = TlsClient.negotiated(proxy.port())) {
            WireMessage refusal = clear.tryLogin(FrontendBytes.PROTOCOL_3_0, Map.of("user", database.user()), "unused")
                    .get(0);
            assertThat(refusal.severity() + " " + refusal.sqlState() + " " + refusal.text())
                    .isEqualTo("FATAL 28000 the connection must be encrypted");
            answers(encrypted);
            encrypted.send(query("select pg_sleep(30)"));
            Await.until(
                    "it runs",
                    () -> database.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'")
                                    .size()
                            == 1);

            ScriptedClient.cancel("127.0.0.1", proxy.port(), encrypted.processId(), encrypted.secretKey());

            assertThat(encrypted.expect("TEZ").get(1).sqlState()).isEqualTo("57014");
        }
    }

    @Test
    void aCancelMayBeEncrypted() throws Exception {
        try (ScriptedClient client = TlsClient.negotiated(proxy.port())) {
            client.login(database.user(), database.password(), database.name());
            client.send(query("select pg_sleep(30)"));
            Await.until(
                    "it runs",
                    () -> database.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'")
                                    .size()
                            == 1);
            try (ScriptedClient canceller = TlsClient.negotiated(proxy.port())) {
                canceller.send(cancelRequest(client.processId(), client.secretKey()));
                canceller.awaitEnd();
            }
            assertThat(client.expect("TEZ").get(1).sqlState()).isEqualTo("57014");
        }
    }

    @Test
    void aClientMayBeginWithTheHandshakeIfItSaysWhatItWants() throws Exception {
        try (ScriptedClient client = ScriptedClient.over(TlsClient.direct(proxy.port(), "postgresql"))) {
            answers(client);
        }
        try (ScriptedClient client = ScriptedClient.over(TlsClient.direct(proxy.port(), "h2", "postgresql"))) {
            answers(client);
        }
        assertThatIOException().isThrownBy(() -> TlsClient.direct(proxy.port(), "h2"));
        assertThatIOException().isThrownBy(() -> TlsClient.direct(proxy.port()));
    }

    @Test
    void bytesBehindTheRequestAreNeverRead() throws Exception {
        byte[] startup = FrontendBytes.startup(database.user(), database.name());
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            byte[] both = new byte[TlsClient.SSL_REQUEST.length + startup.length];
            System.arraycopy(TlsClient.SSL_REQUEST, 0, both, 0, TlsClient.SSL_REQUEST.length);
            System.arraycopy(startup, 0, both, TlsClient.SSL_REQUEST.length, startup.length);
            socket.getOutputStream().write(both);
            assertThat(read(socket)).isEqualTo(-1);
        }
        try (Socket socket = TlsClient.asked(proxy.port())) {
            socket.getOutputStream().write(startup);
            int first = read(socket);
            assertThat(first == -1 || first == 0x15)
                    .as("end or alert: " + first)
                    .isTrue();
        }
    }

    private static int read(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        InputStream in = socket.getInputStream();
        return in.read();
    }

    @Test
    void encryptionIsAskedForOnce() throws Exception {
        try (ScriptedClient client = TlsClient.negotiated(proxy.port())) {
            client.send(TlsClient.SSL_REQUEST);
            assertThat(client.readMessage()).isEqualTo(WireMessage.END);
        }
        try (ScriptedClient client = TlsClient.negotiated(proxy.port())) {
            client.send(new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x30}); // GSSENCRequest
            assertThat(client.readMessage()).isEqualTo(WireMessage.END);
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x30});
            assertThat(socket.getInputStream().read()).isEqualTo('N');
            socket.getOutputStream().write(TlsClient.SSL_REQUEST);
            assertThat(socket.getInputStream().read()).isEqualTo('S');
            answers(ScriptedClient.over(TlsClient.encrypted(socket, null)));
        }
    }

    @Test
    void aHandshakeThatDoesNotEndEndsWithTheLogin() throws Exception {
        try (Socket slow = TlsClient.asked(proxy.port());
                Socket direct = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            slow.getOutputStream().write(new byte[] {0x16, 3, 1});
            direct.getOutputStream().write(new byte[] {0x16, 3, 1, 2});
            assertThat(read(slow)).isEqualTo(-1);
            assertThat(read(direct)).isEqualTo(-1);
        }
        Await.until("nobody is left", () -> proxy.sessionCount() == 0);
    }

    @Test
    void aRecordThatWasTamperedWithEndsTheSessionAndNoOther() throws Exception {
        try (ScriptedClient other = TlsClient.negotiated(proxy.port());
                Socket socket = TlsClient.asked(proxy.port())) {
            answers(other);
            SSLSocket encrypted = TlsClient.encrypted(socket, null);
            answers(ScriptedClient.over(encrypted));
            socket.getOutputStream().write(new byte[] {0x17, 3, 3, 0, 32});
            socket.getOutputStream().write(new byte[32]);
            assertThatThrownBy(() -> {
                        while (encrypted.getInputStream().read() >= 0) {
                            // what comes before the end
                        }
                        throw new SSLException("ended");
                    })
                    .isInstanceOf(IOException.class);
            other.send(query("select 1"));
            other.expect("TDCZ");
        }
    }

    @Test
    void clientCertificatesAreAskedFor() throws Exception {
        Certificates others = new Certificates(Files.createDirectory(directory.resolve("others")), "others");
        restart(issued.tls().clientAuthorities(certificates.authority()).requiringCertificate());
        try (ScriptedClient client =
                ScriptedClient.over(TlsClient.encrypted(TlsClient.asked(proxy.port()), certificates.client("alice")))) {
            answers(client);
        }
        isRefused(null);
        isRefused(certificates.expiredClient("alice"));
        isRefused(others.client("alice"));
    }

    /** With TLS 1.3 a client learns of it when it reads. */
    private void isRefused(Certificates.Issued shown) {
        assertThatIOException().isThrownBy(() -> {
            try (SSLSocket socket = TlsClient.encrypted(TlsClient.asked(proxy.port()), shown)) {
                if (socket.getInputStream().read() < 0) {
                    throw new IOException("closed");
                }
            }
        });
    }

    @Test
    void theCertificateIsExchangedWhileItRuns() throws Exception {
        try (ScriptedClient before = TlsClient.negotiated(proxy.port())) {
            answers(before);
            Certificates.Issued next = certificates.server("next");
            Files.copy(next.certificates(), issued.certificates(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThatIOException()
                    .isThrownBy(proxy::reloadTls)
                    .withMessageContaining("is not that of the certificate");
            assertThat(serial()).isEqualTo(issued.bundle().getCertificate().getSerialNumber());

            issued.key().toFile().setWritable(true);
            Files.writeString(issued.key(), next.bundle().getPrivateKeyPEM());
            proxy.reloadTls();

            assertThat(serial()).isEqualTo(next.bundle().getCertificate().getSerialNumber());
            before.send(query("select 1"));
            before.expect("TDCZ");
        }
    }

    private java.math.BigInteger serial() throws Exception {
        try (SSLSocket socket = TlsClient.direct(proxy.port(), "postgresql")) {
            return ((java.security.cert.X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber();
        }
    }

    @Test
    void changedFilesAreSeenIfItLooks() throws Exception {
        restart(issued.tls().lookingEvery(Duration.ofMillis(20)));
        Certificates.Issued next = certificates.server("next");
        issued.key().toFile().setWritable(true);
        Files.writeString(issued.key(), next.bundle().getPrivateKeyPEM());
        Files.copy(next.certificates(), issued.certificates(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        Await.until(
                "it is shown",
                () -> serial().equals(next.bundle().getCertificate().getSerialNumber()));
    }

    @Test
    void whatCannotBeReadDoesNotStart() throws Exception {
        Path none = directory.resolve("none.pem");
        Path text = Files.writeString(directory.resolve("text.pem"), "no certificate");
        Path oldKey = Files.writeString(
                directory.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        Certificates.Issued rsa = certificates.rsaServer("rsa");

        doesNotStart(ServerTls.of(none, issued.key()), "none.pem");
        doesNotStart(ServerTls.of(text, issued.key()), "text.pem");
        doesNotStart(ServerTls.of(issued.certificates(), none), "none.pem");
        doesNotStart(ServerTls.of(issued.certificates(), text), "no private key in");
        doesNotStart(ServerTls.of(issued.certificates(), oldKey), "PKCS#8");
        doesNotStart(ServerTls.of(issued.certificates(), rsa.key()), "is not that of the certificate");
        doesNotStart(issued.tls().requiringCertificate(), "no authorities");
        doesNotStart(issued.tls().ciphers(java.util.List.of("TLS_NONE")), "TLS_NONE");
        restart(rsa.tls());
        try (ScriptedClient client = TlsClient.negotiated(proxy.port())) {
            answers(client);
        }
    }

    private void doesNotStart(ServerTls tls, String why) {
        assertThatIOException().isThrownBy(() -> proxy(tls).close()).withMessageContaining(why);
    }
}
