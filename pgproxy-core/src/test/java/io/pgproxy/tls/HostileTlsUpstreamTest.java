package io.pgproxy.tls;

import static io.pgproxy.testkit.peer.BackendBytes.authentication;
import static io.pgproxy.testkit.peer.BackendBytes.authenticationOk;
import static io.pgproxy.testkit.peer.BackendBytes.authenticationSasl;
import static io.pgproxy.testkit.peer.BackendBytes.error;
import static io.pgproxy.testkit.peer.BackendBytes.greeting;
import static io.pgproxy.testkit.peer.FrontendBytes.PROTOCOL_3_0;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.backend.PostgresUrl;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An upstream that is asked to encrypt and does something else costs its client the session, and tells it nothing. */
class HostileTlsUpstreamTest {
    private static final byte[] GARBAGE = "HTTP/1.1 400 server words\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private static Path directory;

    private static Certificates certificates;
    private static Certificates.Issued issued;

    @BeforeAll
    static void make() throws Exception {
        certificates = new Certificates(directory, "upstream");
        issued = certificates.server("server");
    }

    private static RemotePostgres upstream(RawServer server, String parameters) {
        return RemotePostgres.of("postgresql://app:secret@127.0.0.1:" + server.port() + "/db?" + parameters);
    }

    private static ProxyServer proxy(RemotePostgres upstream) throws IOException {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(upstream)
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .build()
                .start();
    }

    /** All that a client is told: the tags, then the error. */
    private static String told(ProxyServer proxy) throws Exception {
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            List<WireMessage> seen = client.tryLogin(PROTOCOL_3_0, Map.of("user", "u", "database", "db"), "");
            WireMessage refusal = seen.get(seen.size() - 2);
            Await.until("nobody is left", () -> proxy.sessionCount() == 0);
            return WireMessage.tags(seen) + " " + refusal.severity() + " " + refusal.sqlState() + " " + refusal.text();
        }
    }

    private static void awaitEnd(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        try {
            while (in.read() >= 0) {
                // what the proxy still had to say
            }
        } catch (IOException reset) {
            // as good an end as any
        }
    }

    private static void answer(Socket socket, String kind) throws IOException {
        RawServer.readRequest(socket);
        byte[] answer = switch (kind) {
            case "more" -> new byte[] {'S', 'R'};
            case "both" -> new byte[] {'N', 'R'};
            case "error" -> error("FATAL", "53300", "server words");
            case "other" -> new byte[] {'X'};
            case "none" -> new byte[] {'N'};
            case "silent", "closes" -> new byte[0];
            case "stalls", "closes later", "no handshake" -> new byte[] {'S'};
            default -> throw new AssertionError(kind);
        };
        socket.getOutputStream().write(answer);
        if (kind.equals("no handshake")) {
            socket.getInputStream().read(); // not before the other has begun, or it were bytes behind the answer
            socket.getOutputStream().write(GARBAGE);
        }
        if (!kind.startsWith("closes")) {
            awaitEnd(socket);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "more | does not answer a request for encryption as PostgreSQL does",
                "both | does not answer a request for encryption as PostgreSQL does",
                "error | does not answer a request for encryption as PostgreSQL does",
                "other | does not answer a request for encryption as PostgreSQL does",
                "none | does not support encryption, and sslmode asks for it",
                "silent | did not encrypt the connection in time",
                "stalls | did not encrypt the connection in time",
                "closes | closed the connection instead of encrypting it",
            })
    void whatItAnswersIsNotShown(String kind, String text) throws Exception {
        try (RawServer server = RawServer.start(socket -> answer(socket, kind));
                ProxyServer proxy =
                        proxy(upstream(server, "sslmode=require").withConnectTimeout(Duration.ofMillis(300)))) {
            assertThat(told(proxy)).isEqualTo("E! FATAL 08001 the upstream server " + text);
            Await.until("its connection has ended", () -> server.ended() == 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"closes later", "no handshake"})
    void aHandshakeThatBreaks(String kind) throws Exception {
        try (RawServer server = RawServer.start(socket -> answer(socket, kind));
                ProxyServer proxy = proxy(upstream(server, "sslmode=prefer"))) {
            assertThat(told(proxy))
                    .isEqualTo("E! FATAL 08001 the connection to the upstream server could not be encrypted");
            Await.until("its connection has ended", () -> server.ended() == 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"more", "both", "error", "other", "none", "silent", "stalls", "closes", "closes later", "no handshake"})
    void aProbeSaysSoInALine(String kind) throws Exception {
        try (RawServer server = RawServer.start(socket -> answer(socket, kind));
                RemotePostgres upstream = upstream(server, "sslmode=require")) {
            assertThatIOException()
                    .isThrownBy(() -> upstream.probe(Duration.ofMillis(300)))
                    .withMessageStartingWith("upstream 127.0.0.1:" + server.port() + " ")
                    .withMessageNotContaining("words")
                    .withMessageNotContaining("\n");
            Await.until("its connection has ended", () -> server.ended() == 1);
        }
    }

    /** The time limit for the upstream is ten seconds, and the login's is less. */
    @Test
    void aLoginThatIsOverTakesTheUnfinishedConnectionWithIt() throws Exception {
        try (RawServer server = RawServer.granting(HostileTlsUpstreamTest::awaitEnd);
                ProxyServer proxy = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(upstream(server, "sslmode=require"))
                        .limits(Limits.builder()
                                .loginDeadline(Duration.ofMillis(200))
                                .build())
                        .build()
                        .start()) {
            assertThat(told(proxy)).isEqualTo("E! FATAL 57014 canceling authentication due to timeout");
            Await.within(Duration.ofSeconds(5), "its connection has ended", () -> server.ended() == 1);
        }
    }

    @Test
    void aCancelThatIsNotEncryptedInTimeIsNotSent() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (RawServer server = RawServer.granting(socket -> {
                    if (connections.incrementAndGet() > 1) {
                        awaitEnd(socket);
                        return;
                    }
                    SSLSocket encrypted = encrypted(socket);
                    DataInputStream in = new DataInputStream(encrypted.getInputStream());
                    readStartup(in);
                    for (byte[] each : greeting(1, new byte[4])) {
                        encrypted.getOutputStream().write(each);
                    }
                    awaitEnd(encrypted);
                });
                ProxyServer proxy =
                        proxy(upstream(server, "sslmode=require").withConnectTimeout(Duration.ofMillis(500)));
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("u", "", "db");
            client.send(query("select pg_sleep(30)"));

            ScriptedClient.cancel("127.0.0.1", proxy.port(), client.processId(), client.secretKey());

            Await.until("the cancel's connection has ended", () -> server.ended() == 1);
        }
    }

    private static SSLSocket encrypted(Socket socket) throws Exception {
        return TlsClient.served(socket, issued);
    }

    private static void readStartup(DataInputStream in) throws IOException {
        in.readFully(new byte[in.readInt() - 4]);
    }

    /** Not a byte of a login is sent: whoever offers less stands in between. */
    @ParameterizedTest
    @CsvSource({"scram", "ok", "cleartext", "md5", "nothing known"})
    void aLoginWithoutTheBindingThatIsRequiredIsGivenUp(String kind) throws Exception {
        byte[] request = switch (kind) {
            case "scram" -> authenticationSasl("SCRAM-SHA-256");
            case "ok" -> authenticationOk();
            case "cleartext" -> authentication(3, new byte[0]);
            case "md5" -> authentication(5, new byte[4]);
            default -> authenticationSasl("OTHER");
        };
        AtomicInteger sent = new AtomicInteger();
        try (RawServer server = RawServer.granting(socket -> {
                    SSLSocket encrypted = encrypted(socket);
                    DataInputStream in = new DataInputStream(encrypted.getInputStream());
                    readStartup(in);
                    encrypted.getOutputStream().write(request);
                    sent.set(in.readAllBytes().length);
                });
                ProxyServer proxy = proxy(upstream(
                        server,
                        "sslmode=verify-full&sslrootcert=" + certificates.authority() + "&channel_binding=require"))) {
            assertThat(told(proxy)).matches("E! FATAL 28000 the upstream .* channel binding, and channel_binding .*");
            Await.until("its connection has ended", () -> server.ended() == 1);
            assertThat(sent).hasValue(0);
        }
    }

    @Test
    void aServerThatEndsEncryptionEndsTheSession() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (RawServer server = RawServer.granting(socket -> {
                    SSLSocket encrypted = encrypted(socket);
                    readStartup(new DataInputStream(encrypted.getInputStream()));
                    for (byte[] each : greeting(1, new byte[4])) {
                        encrypted.getOutputStream().write(each);
                    }
                    encrypted.shutdownOutput(); // close_notify, and the connection stays open
                    seen.await();
                });
                ProxyServer proxy = proxy(upstream(server, "sslmode=require"));
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            try {
                client.login("u", "", "db");
                client.timeout(Duration.ofSeconds(5));
                WireMessage last = client.readMessage();
                assertThat(last.sqlState()).isEqualTo("08006");
                assertThat(client.readMessage()).isEqualTo(WireMessage.END);
            } finally {
                seen.countDown();
            }
        }
    }

    @Test
    void oneThatBeginsWithTheHandshakeHasToKnowTheProtocol() throws Exception {
        try (RawServer server = RawServer.start(socket -> awaitEnd(encrypted(socket)));
                ProxyServer proxy = proxy(upstream(server, "sslmode=require&sslnegotiation=direct"));
                RemotePostgres probed = upstream(server, "sslmode=require&sslnegotiation=direct")) {
            assertThat(told(proxy))
                    .isEqualTo("E! FATAL 08001 the upstream server does not know PostgreSQL's protocol by ALPN");
            assertThatIOException()
                    .isThrownBy(() -> probed.probe(Duration.ofSeconds(2)))
                    .withMessageEndingWith(" does not know PostgreSQL's protocol by ALPN");
        }
    }

    @Test
    void oneThatKnowsTheProtocolIsServedDirectly() throws Exception {
        AtomicInteger startups = new AtomicInteger();
        try (RawServer server = RawServer.start(socket -> {
                    SSLSocket encrypted = TlsClient.served(socket, issued, "postgresql");
                    readStartup(new DataInputStream(encrypted.getInputStream()));
                    startups.incrementAndGet();
                    for (byte[] each : greeting(1, new byte[4])) {
                        encrypted.getOutputStream().write(each);
                    }
                    awaitEnd(encrypted);
                });
                ProxyServer proxy = proxy(upstream(server, "sslmode=require&sslnegotiation=direct"));
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("u", "", "db");
            assertThat(startups).hasValue(1);
        }
    }

    @Test
    void whatItWouldShowIsNoSecret() {
        RemotePostgres upstream = RemotePostgres.of("postgresql://app:hush@127.0.0.1/db?sslmode=verify-ca&sslrootcert="
                + certificates.authority() + "&sslcert=" + issued.certificates() + "&sslkey=" + issued.key());
        try (upstream) {
            PostgresUrl url = upstream.url();
            assertThat(Arrays.asList(
                            upstream.toString(), url.toString(), url.tls().toString(), url.credentials() + ""))
                    .noneMatch(text -> text.contains("hush") || text.contains("BEGIN"));
        }
    }
}
