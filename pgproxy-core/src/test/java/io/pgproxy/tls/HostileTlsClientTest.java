package io.pgproxy.tls;

import static io.pgproxy.testkit.peer.FrontendBytes.PROTOCOL_3_0;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Clients that encrypt in bad faith, or stop doing so. */
@WithPostgres
class HostileTlsClientTest {
    private static final byte[] PASSWORD = "p\0\0\0\u0016the password itself\0".getBytes(StandardCharsets.ISO_8859_1);

    private final TestDatabase database;

    @TempDir
    private Path directory;

    private Certificates certificates;
    private Certificates.Issued issued;
    private ProxyServer proxy;

    HostileTlsClientTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        certificates = new Certificates(directory, "test");
        issued = certificates.server("server");
        proxy = proxy(issued.tls().clientAuthorities(certificates.authority()));
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private ProxyServer proxy(ServerTls tls) throws IOException {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + database.host() + ":" + database.port())
                .limits(Limits.builder().loginDeadline(Duration.ofSeconds(30)).build())
                .tls(tls)
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .build()
                .start();
    }

    private void login(SSLSocket socket) throws IOException {
        ScriptedClient client = ScriptedClient.over(socket);
        client.login(database.user(), database.password(), database.name());
        client.send(query("select 1"));
        client.expect("TDCZ");
    }

    private void nobodyIsLeft() throws Exception {
        Await.until("nobody is left", () -> proxy.sessionCount() == 0);
    }

    /** What comes until the end; a reset is one. */
    private static byte[] rest(Socket socket) {
        java.io.ByteArrayOutputStream seen = new java.io.ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                seen.write(next);
            }
        } catch (java.net.SocketTimeoutException open) {
            throw new AssertionError("it does not close", open);
        } catch (IOException reset) {
            // the end
        }
        return seen.toByteArray();
    }

    @Test
    void wordsInClearAreNeitherReadNorLogged() throws Exception {
        assumeTrue(
                LoggerFactory.getLogger("io.pgproxy.core.internal.session.Session")
                        .isInfoEnabled(),
                "nothing is logged");
        try (LogLines log = LogLines.begin()) {
            try (Socket socket = TlsClient.asked(proxy.port())) {
                socket.getOutputStream().write(FrontendBytes.startup(database.user(), database.name()));
                socket.getOutputStream().write(PASSWORD);
                assertThat(new String(rest(socket), StandardCharsets.ISO_8859_1))
                        .doesNotContain("R\0\0\0");
            }
            try (Socket socket = TlsClient.asked(proxy.port())) {
                login(TlsClient.encrypted(socket, null));
                socket.getOutputStream().write(PASSWORD);
                rest(socket);
            }
            nobodyIsLeft();
            assertThat(log.lines())
                    .isNotEmpty()
                    .noneMatch(line -> line.contains(HexFormat.of().formatHex(PASSWORD, 5, 12)))
                    .noneMatch(line -> line.contains("the password"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1", "TLSv1.1"})
    void oldVersionsAreRefused(String version) throws Exception {
        byte minor = (byte) (version.endsWith(".1") ? 2 : 1);
        // RFC 4346, 7.4.1.2: a record, the message, a version, 32 bytes at random, no session, 4 ciphers, no
        // compression
        byte[] hello = HexFormat.of()
                .parseHex(
                        "1603010033" + "0100002f" + "0301" + "00".repeat(32) + "00" + "0008c013c014002f0035" + "0100");
        hello[10] = minor;
        try (Socket socket = TlsClient.asked(proxy.port())) {
            socket.getOutputStream().write(hello);
            byte[] answer = rest(socket);
            assertThat(answer).hasSizeGreaterThanOrEqualTo(7);
            assertThat(answer[0]).as("an alert").isEqualTo((byte) 0x15);
            assertThat(answer[5]).as("a fatal one").isEqualTo((byte) 2);
            assertThat(answer[6]).as("protocol_version").isEqualTo((byte) 70);
        }
        nobodyIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void goodVersionsAreServed(String version) throws Exception {
        try (SSLSocket socket = versioned(version)) {
            login(socket);
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        }
    }

    private SSLSocket versioned(String version) throws Exception {
        Socket socket = TlsClient.asked(proxy.port());
        SSLSocket encrypted =
                (SSLSocket) TlsClient.context(null).getSocketFactory().createSocket(socket, "localhost", 0, true);
        encrypted.setEnabledProtocols(new String[] {version});
        encrypted.startHandshake();
        return encrypted;
    }

    @Test
    void aSecondHandshakeIsRefused() throws Exception {
        try (SSLSocket socket = versioned("TLSv1.2")) {
            login(socket);
            assertThatIOException().isThrownBy(() -> {
                socket.getSession().invalidate();
                socket.startHandshake();
                socket.getInputStream().read();
                throw new IOException("no session is left that could be asked");
            });
            nobodyIsLeft();
        }
    }

    @Test
    void newKeysAreNoSecondHandshake() throws Exception {
        try (SSLSocket socket = versioned("TLSv1.3")) {
            login(socket);
            socket.startHandshake(); // KeyUpdate in TLS 1.3
            ScriptedClient client = ScriptedClient.over(socket);
            client.send(query("select 2"));
            client.expect("TDCZ");
        }
    }

    @Test
    void aCertificateThatExpiresLetsInNoLonger() throws Exception {
        Instant end = Instant.now().plusSeconds(2);
        Certificates.Issued alice = certificates.shortLivedClient("alice", Duration.ofSeconds(2));
        SSLContext older = TlsClient.context(alice);
        SSLContext newer = TlsClient.context(alice);
        assertThat(letsIn(older, "TLSv1.2")).isTrue();
        assertThat(letsIn(newer, "TLSv1.3")).isTrue();
        while (Instant.now().isBefore(end.plusMillis(10))) {
            LockSupport.parkNanos(10_000_000);
        }

        assertThat(letsIn(older, "TLSv1.2")).isFalse();
        assertThat(letsIn(newer, "TLSv1.3")).isFalse();
        nobodyIsLeft();
    }

    /** The second time the client resumes its session, and is not asked for its certificate. */
    private boolean letsIn(SSLContext context, String version) throws Exception {
        try (Socket socket = TlsClient.asked(proxy.port());
                SSLSocket encrypted =
                        (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", 1, true)) {
            encrypted.setEnabledProtocols(new String[] {version});
            encrypted.startHandshake();
            return ScriptedClient.over(encrypted)
                            .tryLogin(PROTOCOL_3_0, Map.of("user", database.user()), "")
                            .get(0)
                            .tag()
                    == 'R';
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theEndOfEncryptionIsTheEndOfTheSession(String version) throws Exception {
        try (Socket socket = TlsClient.asked(proxy.port())) {
            SSLSocket encrypted =
                    (SSLSocket) TlsClient.context(null).getSocketFactory().createSocket(socket, "localhost", 0, false);
            encrypted.setEnabledProtocols(new String[] {version});
            encrypted.startHandshake();
            login(encrypted);
            encrypted.shutdownOutput(); // close_notify, and the connection stays open
            nobodyIsLeft();
            assertThat(encrypted.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void halfAConnectionIsNone() throws Exception {
        try (Socket socket = TlsClient.asked(proxy.port())) {
            login(TlsClient.encrypted(socket, null));
            socket.shutdownOutput(); // without close_notify
            rest(socket);
            nobodyIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 60})
    void whoVanishesInMidHandshakeLeavesNothing(int sent) throws Exception {
        byte[] hello = TlsClient.hello();
        for (boolean reset : List.of(true, false)) {
            try (Socket socket = TlsClient.asked(proxy.port())) {
                socket.getOutputStream().write(hello, 0, Math.min(sent, hello.length));
                if (reset) {
                    socket.setSoLinger(true, 0);
                }
            }
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
                socket.getOutputStream().write(hello, 0, Math.min(sent, hello.length));
            }
        }
        try (Socket socket = TlsClient.asked(proxy.port())) {
            socket.getOutputStream().write(hello); // the answer comes, and nobody takes it
        }
        nobodyIsLeft();
    }

    @Test
    void aStopEndsHandshakes() throws Exception {
        try (Socket socket = TlsClient.asked(proxy.port())) {
            socket.getOutputStream().write(TlsClient.hello(), 0, 20);
            proxy.close();
            assertThat(rest(socket)).isEmpty();
        }
    }
}
