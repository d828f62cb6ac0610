package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.pgproxy.tls.Certificates;
import io.pgproxy.tls.EncryptedServer;
import io.pgproxy.tls.WithEncryptedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The server's SCRAM login is passed on, over connections that are encrypted on either side or both: clients are let
 * in, told what to do (28000), or give up by themselves.
 */
@WithEncryptedPostgres
class RelayedScramTest {
    private static final String SIDES = """
            client, upstream, disable, prefer, require
            clear, clear, in, in, gives up
            encrypted, clear, in, in, gives up
            clear, encrypted, in, in, gives up
            encrypted, encrypted, in, 28000, gives up
            encrypted, the same, in, in, in
            """;
    private static final String IN_BETWEEN = "channel binding does not reach from the client to the upstream server";

    @TempDir
    private static Path directory;

    private static EncryptedServer server;
    private static Certificates.Issued other;

    private final TestDatabase database;

    RelayedScramTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    static void encrypt(TestDatabase database) throws Exception {
        server = EncryptedServer.of(database);
        other = new Certificates(directory, "proxy").server("proxy");
    }

    private ProxyServer proxy(String client, String upstream) throws IOException {
        String encryption =
                upstream.equals("clear") ? "sslmode=disable" : "sslmode=verify-full&sslrootcert=" + server.authority();
        ProxyServerBuilder builder = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://localhost:" + database.port() + "?" + encryption)
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1));
        if (client.equals("encrypted")) {
            builder.tls((upstream.equals("the same") ? server.own() : other).tls());
        }
        return builder.build().start();
    }

    private Place place(ProxyServer proxy) {
        return new Place("localhost", proxy.port(), database.name(), "relayed", "s3cret");
    }

    @ParameterizedTest
    @CsvSource(textBlock = SIDES, useHeadersInDisplayName = true)
    void psql(String client, String upstream, String disable, String prefer, String require) throws Exception {
        Psql.isThere();
        try (ProxyServer proxy = proxy(client, upstream)) {
            assertThat(psql(proxy, client, "disable")).isEqualTo(disable);
            assertThat(psql(proxy, client, "prefer")).isEqualTo(prefer);
            assertThat(psql(proxy, client, "require")).isEqualTo(require);
        }
    }

    private String psql(ProxyServer proxy, String client, String binding) throws Exception {
        Transcript seen = new Transcript();
        Psql.at(place(proxy))
                .with("PGSSLMODE", client.equals("clear") ? "disable" : "require")
                .with("PGCHANNELBINDING", binding)
                .feed(seen, "select current_user;", "-At");
        String said = seen.toString();
        if (said.contains("relayed\n") && said.contains("exit code: 0")) {
            return "in";
        }
        if (said.contains("channel binding required") || said.contains("channel binding is required")) {
            return "gives up";
        }
        return said.contains("FATAL:  " + IN_BETWEEN) && said.contains("channel_binding=disable") ? "28000" : said;
    }

    @ParameterizedTest
    @CsvSource(textBlock = SIDES, useHeadersInDisplayName = true)
    void pgjdbc(String client, String upstream, String disable, String prefer, String require) throws Exception {
        try (ProxyServer proxy = proxy(client, upstream)) {
            assertThat(pgjdbc(proxy, client, "disable")).isEqualTo(disable);
            assertThat(pgjdbc(proxy, client, "prefer")).isEqualTo(prefer);
            assertThat(pgjdbc(proxy, client, "require")).isEqualTo(require);
        }
    }

    private String pgjdbc(ProxyServer proxy, String client, String binding) {
        try (Connection connection = place(proxy)
                .connect("sslmode", client.equals("clear") ? "disable" : "require", "channelBinding", binding)) {
            return connection.isValid(10) ? "in" : "broken";
        } catch (SQLException refused) {
            String said = String.valueOf(refused.getMessage());
            if (said.contains(IN_BETWEEN)) {
                return refused.getSQLState();
            }
            return said.matches("(?is).*channel ?binding.*") ? "gives up" : said;
        }
    }
}
