package io.pgproxy.core.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.pgproxy.tls.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Authorities of an upstream that are exchanged while the proxy runs. The upstream is a proxy with encryption. */
@WithPostgres
class UpstreamReloadTest {
    private final TestDatabase database;

    @TempDir
    private Path directory;

    UpstreamReloadTest(TestDatabase database) {
        this.database = database;
    }

    private String login(ProxyServer proxy) throws Exception {
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            List<WireMessage> seen = client.tryLogin(
                    FrontendBytes.PROTOCOL_3_0,
                    Map.of("user", database.user(), "database", database.name()),
                    database.password());
            return seen.stream()
                    .filter(message -> message.tag() == 'E')
                    .map(WireMessage::sqlState)
                    .findFirst()
                    .orElse("in");
        }
    }

    @Test
    void authoritiesAreReadAgainWithTheServersOwnFiles() throws Exception {
        Certificates ours = new Certificates(Files.createDirectory(directory.resolve("ours")), "ours");
        Certificates others = new Certificates(Files.createDirectory(directory.resolve("others")), "others");
        Path believed = Files.copy(others.authority(), directory.resolve("believed.pem"));
        try (ProxyServer encrypting = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream("postgresql://" + database.host() + ":" + database.port())
                        .tls(ours.server("server").tls())
                        .build()
                        .start();
                ProxyServer proxy = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream("postgresql://127.0.0.1:" + encrypting.port() + "/?sslrootcert=" + believed)
                        .build()
                        .start()) {
            assertThat(login(proxy)).isEqualTo("08001");

            Files.copy(ours.authority(), believed, StandardCopyOption.REPLACE_EXISTING);
            assertThat(login(proxy)).isEqualTo("08001");
            proxy.reloadTls();
            assertThat(login(proxy)).isEqualTo("in");

            Files.writeString(believed, "no certificate");
            assertThatIOException().isThrownBy(proxy::reloadTls).withMessageContaining("believed.pem");
            assertThat(login(proxy)).isEqualTo("in");
        }
    }

    @Test
    void aKeyOfAnotherCertificateIsNoticedBeforeTheFirstClient() throws Exception {
        Certificates ours = new Certificates(directory, "ours");
        Certificates.Issued one = ours.client("one");
        Certificates.Issued two = ours.client("two");
        String url = "postgresql://127.0.0.1/?sslmode=require&sslcert=" + one.certificates() + "&sslkey=" + two.key();

        assertThatThrownBy(() -> RemotePostgres.of(url).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two.key is not that of the certificate");
    }
}
