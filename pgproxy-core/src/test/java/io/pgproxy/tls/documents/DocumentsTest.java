package io.pgproxy.tls.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.backend.PostgresUrl;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.pgproxy.tls.Certificates;
import io.pgproxy.tls.EncryptedServer;
import io.pgproxy.tls.SslMode;
import io.pgproxy.tls.TlsClient;
import io.pgproxy.tls.TlsMode;
import io.pgproxy.tls.WithEncryptedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/tls.md: its program is the class beside this one, its command works, and its words are those that are read. */
@WithEncryptedPostgres
class DocumentsTest {
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```$");
    private static final Pattern SHELL = Pattern.compile("(?ms)^```sh\\R(.*?)^```$");

    private final TestDatabase database;

    @TempDir
    private Path directory;

    DocumentsTest(TestDatabase database) {
        this.database = database;
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("../docs/tls.md"));
    }

    @Test
    void theDocumentHasThisProgram() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/pgproxy/tls/documents/EncryptedShop.java"));

        assertThat(JAVA.matcher(document()).results().map(block -> block.group(1)))
                .containsExactly(source.substring(source.indexOf("import ")));
    }

    @Test
    void theProgramEncryptsOnBothSides() throws Exception {
        EncryptedServer server = EncryptedServer.of(database);
        Certificates.Issued own = new Certificates(directory, "shop").server("shop");
        serves(own.certificates(), own.key(), server);
    }

    private void serves(Path certificates, Path key, EncryptedServer server) throws Exception {
        try (ProxyServer proxy =
                        EncryptedShop.start(certificates, key, "localhost:" + database.port(), server.authority());
                ScriptedClient client = TlsClient.negotiated(proxy.port())) {
            client.login("relayed", "s3cret", database.name());
            client.send(io.pgproxy.testkit.peer.FrontendBytes.query(
                    "select ssl from pg_stat_ssl where pid = pg_backend_pid()"));
            assertThat(client.expect("TDCZ").get(1).values()).containsExactly("t");
        }
    }

    @Test
    void theCommandMakesACertificate() throws Exception {
        Matcher command = SHELL.matcher(document());
        assertThat(command.find()).isTrue();
        Process process = new ProcessBuilder(
                        "sh", "-c", "command -v openssl >/dev/null || exit 77\n" + command.group(1))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int end = process.waitFor();
        Assumptions.assumeFalse(end == 77, "openssl is not on the PATH");
        assertThat(end).as(said).isZero();

        serves(directory.resolve("server.crt"), directory.resolve("server.key"), EncryptedServer.of(database));
    }

    @Test
    void everyModeAndParameterIsDocumented() throws IOException {
        String document = document();

        assertThat(Stream.of(SslMode.values()).map(SslMode::word))
                .allSatisfy(word -> assertThat(document).contains("`" + word + "`"));
        assertThat(TlsMode.values()).allSatisfy(mode -> assertThat(document).contains("`" + mode + "`"));
        Matcher parameters = Pattern.compile("(?m)^\\| `([a-z_]+)=?`").matcher(document);
        assertThat(parameters.results().map(row -> row.group(1)))
                .containsExactly("sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation", "channel_binding");
        PostgresUrl url = PostgresUrl.parse("postgresql://host/db?sslrootcert=system");
        assertThat(url.tls().mode()).isEqualTo(SslMode.VERIFY_FULL);
    }
}
