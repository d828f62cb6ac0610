package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeTargetTest {
    @TempDir
    private Path directory;

    private static Properties of(String url) throws IOException {
        return new ProbeTarget(url, Duration.ofMillis(1500)).properties();
    }

    @Test
    void whatStandsInAUrlStandsInTheProperties() throws IOException {
        Properties properties = of("postgresql://me%40home:p%2Fw@db.example:6000/shop");
        assertThat(properties)
                .containsEntry("PGHOST", "db.example")
                .containsEntry("PGPORT", "6000")
                .containsEntry("user", "me@home")
                .containsEntry("password", "p/w")
                .containsEntry("sslmode", "disable")
                .containsEntry("connectTimeout", "2")
                .containsEntry("socketTimeout", "2");
        assertThat(new ProbeTarget("postgresql://me@db/my%20shop%3F", Duration.ofSeconds(1)).jdbcUrl())
                .isEqualTo("jdbc:postgresql:my+shop%3F");
        assertThat(new ProbeTarget("postgresql://me@db", Duration.ofSeconds(1)).jdbcUrl())
                .isEqualTo("jdbc:postgresql:me");
        assertThat(of("postgresql://me@db")).doesNotContainKey("password");
        assertThat(new ProbeTarget("postgresql://me:pw@db/d", Duration.ofSeconds(1)))
                .hasToString("db:5432");
    }

    @Test
    void encryptionIsThatOfTheUpstream() throws IOException {
        assertThat(of("postgresql://me@db/d?sslmode=require&channel_binding=require&sslnegotiation=direct"))
                .containsEntry("sslmode", "require")
                .containsEntry("channelBinding", "require")
                .containsEntry("sslNegotiation", "direct");
        assertThat(of("postgresql://me@db/d?sslrootcert=/ca.pem"))
                .containsEntry("sslmode", "verify-full")
                .containsEntry("sslrootcert", "/ca.pem");
        assertThat(of("postgresql://me@db/d?sslmode=require&sslrootcert=/ca.pem"))
                .containsEntry("sslmode", "verify-ca"); // as libpq and the proxy have it
        assertThat(of("postgresql://me@db/d?sslmode=verify-full"))
                .containsEntry("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    }

    @Test
    void aPassfileIsReadEachTime() throws IOException {
        Path file = Files.createFile(
                directory.resolve("passfile"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        ProbeTarget target = new ProbeTarget("postgresql://me@db/d?passfile=" + file, Duration.ofSeconds(1));
        Files.writeString(file, "db:5432:d:me:first\n");
        assertThat(target.properties()).containsEntry("password", "first");
        Files.writeString(file, "db:5432:*:me:second\n");
        assertThat(target.properties()).containsEntry("password", "second");
    }
}
