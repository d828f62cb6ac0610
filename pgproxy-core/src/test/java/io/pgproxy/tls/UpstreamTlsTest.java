package io.pgproxy.tls;

import static io.pgproxy.testkit.peer.FrontendBytes.PROTOCOL_3_0;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy logs in to a real server by TLS; what the server sees is asked of itself. */
@WithEncryptedPostgres
class UpstreamTlsTest {
    private static final String SEEN = "select ssl, current_user from pg_stat_ssl where pid = pg_backend_pid()";
    private static final String NOT_ENCRYPTED =
            "E! FATAL 08001 the connection to the upstream server could not be encrypted";

    @TempDir
    private static Path directory;

    private static EncryptedServer server;
    private static Certificates others;

    private final TestDatabase database;

    UpstreamTlsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    static void encrypt(TestDatabase database) throws Exception {
        server = EncryptedServer.of(database);
        others = new Certificates(Files.createDirectory(directory.resolve("others")), "others");
    }

    private RemotePostgres upstream(String user, String host, String parameters) {
        return at(user, host, database.port(), parameters);
    }

    private RemotePostgres at(String user, String host, int port, String parameters) {
        return RemotePostgres.of(
                "postgresql://" + user + ":s3cret@" + host + ":" + port + "/" + database.name() + "?" + parameters);
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

    /** Whether the server sees encryption, and whom; or the refusal. */
    private String outcome(RemotePostgres upstream) throws Exception {
        try (ProxyServer proxy = proxy(upstream);
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            List<WireMessage> seen =
                    client.tryLogin(PROTOCOL_3_0, Map.of("user", "u", "database", database.name()), "");
            if (seen.get(seen.size() - 1).tag() != 'Z') {
                WireMessage error = seen.get(seen.size() - 2);
                return "E! " + error.severity() + " " + error.sqlState() + " " + error.text();
            }
            client.send(query(SEEN));
            return String.join(" ", client.expect("TDCZ").get(1).values());
        }
    }

    private static String verified() {
        return "sslmode=verify-full&sslrootcert=" + server.authority();
    }

    @ParameterizedTest
    @CsvSource({
        "disable, none, 127.0.0.1, clear",
        "prefer, none, 127.0.0.1, encrypted",
        "require, none, 127.0.0.1, encrypted",
        "require, right, 127.0.0.1, encrypted",
        "require, wrong, 127.0.0.1, refused",
        "verify-ca, right, 127.0.0.1, encrypted",
        "verify-ca, wrong, 127.0.0.1, refused",
        "verify-ca, none, 127.0.0.1, refused",
        "verify-full, right, localhost, encrypted",
        "verify-full, right, 127.0.0.1, refused",
        "verify-full, wrong, localhost, refused",
        "verify-full, none, localhost, refused"
    })
    void modes(String mode, String authorities, String host, String outcome) throws Exception {
        String parameters = "sslmode=" + mode
                + switch (authorities) {
                    case "right" -> "&sslrootcert=" + server.authority();
                    case "wrong" -> "&sslrootcert=" + others.authority();
                    default -> "";
                };
        String user = outcome.equals("clear") ? "relayed" : "tls_scram";

        String seen = outcome(upstream(user, host, parameters));

        try (RemotePostgres probed = upstream(user, host, parameters)) {
            if (outcome.equals("refused")) {
                assertThat(seen).isEqualTo(NOT_ENCRYPTED);
                assertThatIOException()
                        .isThrownBy(() -> probed.probe(Duration.ofSeconds(5)))
                        .withMessageStartingWith(
                                "upstream " + host + ":" + database.port() + " cannot be reached by TLS: ")
                        .withMessageNotContaining("\n");
            } else {
                assertThat(seen).isEqualTo((outcome.equals("encrypted") ? "t " : "f ") + user);
                probed.probe(Duration.ofSeconds(5));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls_trust", "tls_clear", "tls_md5", "tls_scram"})
    void everyMethodWorksByTls(String user) throws Exception {
        assertThat(outcome(upstream(user, "localhost", verified()))).isEqualTo("t " + user);
        assertThat(outcome(upstream(user, "localhost", "sslmode=disable"))).startsWith("E! FATAL 28000 ");
    }

    @ParameterizedTest
    @CsvSource({
        "tls_scram, require, true",
        "tls_scram, prefer, true",
        "tls_scram, disable, true",
        "tls_md5, require, false",
        "tls_clear, require, false",
        "tls_trust, require, false"
    })
    void aLoginIsBoundWhereItHasToBe(String user, String binding, boolean lets) throws Exception {
        assertThat(outcome(upstream(user, "localhost", verified() + "&channel_binding=" + binding)))
                .isEqualTo(
                        lets
                                ? "t " + user
                                : "E! FATAL 28000 the upstream wants a login without channel binding, and"
                                        + " channel_binding requires it");
    }

    @Test
    void aCertificateOfOursLogsIn() throws Exception {
        String right = shown(server.certificates().client("tls_cert"));
        String foreign = shown(others.client("tls_cert"));
        String another = shown(server.certificates().client("tls_other"));

        assertThat(outcome(upstream("tls_cert", "localhost", verified() + right)))
                .isEqualTo("t tls_cert");
        assertThat(outcome(upstream("tls_cert", "localhost", verified() + another)))
                .startsWith("E! FATAL 28000 certificate authentication failed");
        assertThat(outcome(upstream("tls_cert", "localhost", verified())))
                .isEqualTo("E! FATAL 28000 connection requires a valid client certificate");
        // The server has named its authorities, and what another one has issued is not shown to it.
        assertThat(outcome(upstream("tls_cert", "localhost", verified() + foreign)))
                .isEqualTo("E! FATAL 28000 connection requires a valid client certificate");
    }

    private static String shown(Certificates.Issued own) {
        return "&sslcert=" + own.certificates() + "&sslkey=" + own.key();
    }

    @Test
    void anOlderServerDoesNotTakeADirectHandshake() throws Exception {
        assertThat(outcome(upstream("tls_scram", "localhost", verified() + "&sslnegotiation=direct")))
                .isEqualTo(NOT_ENCRYPTED);
        try (RemotePostgres probed = upstream("tls_scram", "localhost", verified() + "&sslnegotiation=direct")) {
            assertThatIOException()
                    .isThrownBy(() -> probed.probe(Duration.ofSeconds(5)))
                    .withMessageContaining("cannot be reached by TLS");
        }
    }

    @Test
    void copyPassesBothWays() throws Exception {
        byte[] line = ("x".repeat(99_999) + "\n").getBytes(StandardCharsets.US_ASCII);
        try (ProxyServer proxy = proxy(upstream("tls_scram", "localhost", verified()));
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("u", "", database.name());
            client.send(query("create temp table lines (line text); copy lines from stdin"));
            client.expect("CG");
            for (int i = 0; i < 200; i++) {
                client.send(copyData(line));
            }
            client.send(copyDone());
            client.expect("CZ");
            client.send(query("copy lines to stdout"));
            List<WireMessage> seen = client.expect("Hd{200}cCZ");
            assertThat(seen.subList(1, 201)).allMatch(each -> each.body().length == line.length);
        }
    }

    /** Both connections go through somebody who sees what is sent. */
    @Test
    void aCancelIsEncrypted() throws Exception {
        AtomicInteger handshakes = new AtomicInteger();
        try (RawServer between = RawServer.start(socket -> {
                    try (Socket onward = new Socket(database.host(), database.port())) {
                        RawServer.readRequest(socket);
                        onward.getOutputStream().write(TlsClient.SSL_REQUEST);
                        socket.getOutputStream().write(onward.getInputStream().read());
                        int first = new DataInputStream(socket.getInputStream()).readUnsignedByte();
                        if (first == 0x16) {
                            handshakes.incrementAndGet();
                        }
                        onward.getOutputStream().write(first);
                        Thread back = new Thread(() -> pass(onward, socket));
                        back.start();
                        pass(socket, onward);
                        back.join();
                    }
                });
                ProxyServer proxy = proxy(at("tls_scram", "localhost", between.port(), verified()));
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("u", "", database.name());
            client.send(query("select pg_sleep(30)"));
            Await.until(
                    "it runs",
                    () -> database.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'")
                                    .size()
                            == 1);

            ScriptedClient.cancel("127.0.0.1", proxy.port(), client.processId(), client.secretKey());

            assertThat(client.expect("TEZ").get(1).sqlState()).isEqualTo("57014");
            assertThat(handshakes).hasValue(2);
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
        } catch (IOException closed) {
            // the end of both
        }
    }
}
