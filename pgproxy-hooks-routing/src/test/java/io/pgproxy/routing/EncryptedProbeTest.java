package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A probe verifies whom it talks to, and shows its certificate, as the upstream's URL says. */
@Timeout(120)
class EncryptedProbeTest {
    @TempDir
    private Path directory;

    @Test
    void aProbeIsAsSafeAsItsUpstream(
            @WithPostgres(
                            own = true,
                            hba = {
                                "hostnossl all by_certificate,by_password 127.0.0.1/32 reject",
                                "hostssl all by_certificate 127.0.0.1/32 cert",
                                "hostssl all by_password 127.0.0.1/32 scram-sha-256"
                            })
                    LocalPostgres server)
            throws Exception {
        X509Bundle authority =
                valid().subject("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
        X509Bundle other =
                valid().subject("CN=other").setIsCertificateAuthority(true).buildSelfSigned();
        X509Bundle own =
                valid().subject("CN=localhost").addSanDnsName("localhost").buildIssuedBy(authority);
        X509Bundle client = valid().subject("CN=by_certificate").buildIssuedBy(authority);
        encrypt(server, authority, own);

        String believed = "?sslrootcert=" + file("authority.pem", authority.getCertificatePEM());
        String shown = "&sslcert=" + file("client.pem", client.getCertificatePathPEM()) + "&sslkey="
                + file("client.key", client.getPrivateKeyPEM());
        Patience.until("it encrypts", () -> answers(server, "by_password:s3cret", "localhost", believed));
        assertThat(ask(server, "by_certificate", "localhost", believed + shown).recovering())
                .isFalse();
        assertThat(ask(server, "by_password:s3cret", "localhost", believed + "&channel_binding=require")
                        .lsn())
                .isPositive();

        assertThatThrownBy(() -> ask(server, "by_password:s3cret", "127.0.0.1", believed))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> ask(
                        server,
                        "by_password:s3cret",
                        "localhost",
                        "?sslmode=require&sslrootcert=" + file("other.pem", other.getCertificatePEM())))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> ask(server, "by_password:s3cret", "localhost", "?sslmode=disable"))
                .isInstanceOf(SQLException.class)
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> ask(server, "by_password:s3cret", "localhost", "?sslmode=verify-full"))
                .isInstanceOf(SQLException.class); // the JVM does not know the authority
    }

    private static boolean answers(LocalPostgres server, String user, String host, String parameters) {
        try {
            return ask(server, user, host, parameters).lsn() > 0;
        } catch (Exception e) {
            return false;
        }
    }

    private static Sample ask(LocalPostgres server, String user, String host, String parameters) throws Exception {
        String url = "postgresql://" + user + "@" + host + ":" + server.port() + "/postgres" + parameters;
        ProbeConnection connection =
                new ProbeConnection(new Node("n", url, Node.Role.WRITER, 1), ProbeSettings.DEFAULT);
        try {
            return connection.ask();
        } finally {
            connection.close();
        }
    }

    private static CertificateBuilder valid() {
        Instant now = Instant.now();
        return new CertificateBuilder()
                .notBefore(now.minus(Duration.ofDays(1)))
                .notAfter(now.plus(Duration.ofDays(1)))
                .ecp256();
    }

    private Path file(String name, String text) throws Exception {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text);
        }
        return file;
    }

    /** The server writes its files: they have to be its own, and it may be of another user. */
    private static void encrypt(LocalPostgres server, X509Bundle authority, X509Bundle own) throws Exception {
        write(server, "server.crt", own.getCertificatePathPEM());
        write(server, "server.key", own.getPrivateKeyPEM());
        write(server, "root.crt", authority.getCertificatePEM());
        server.execute("CREATE ROLE by_certificate LOGIN");
        server.execute("SET password_encryption = 'scram-sha-256'; CREATE ROLE by_password LOGIN PASSWORD 's3cret'");
        server.execute("ALTER SYSTEM SET ssl_ca_file = 'root.crt'");
        server.execute("ALTER SYSTEM SET ssl = on");
        server.execute("SELECT pg_reload_conf()");
    }

    private static void write(LocalPostgres server, String file, String text) throws SQLException {
        server.execute("COPY (SELECT unnest(string_to_array($pem$" + text.replace("\r", "")
                + "$pem$, E'\\n'))) TO PROGRAM 'umask 077; cat > " + file + "'");
    }
}
