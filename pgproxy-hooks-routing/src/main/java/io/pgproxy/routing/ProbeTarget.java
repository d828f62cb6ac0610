package io.pgproxy.routing;

import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.backend.PostgresUrl;
import io.pgproxy.tls.ChannelBinding;
import io.pgproxy.tls.SslMode;
import io.pgproxy.tls.UpstreamTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;

/** A node's URL in pgjdbc's words. Shows no password. */
final class ProbeTarget {
    private final PostgresUrl url;
    private final Credentials credentials;
    private final Duration timeout;

    ProbeTarget(String url, Duration timeout) {
        this.url = PostgresUrl.parse(url);
        this.credentials = Objects.requireNonNull(this.url.credentials(), "credentials");
        this.timeout = timeout;
    }

    /** The rest stands in the properties, but a database that stands there alone the driver does not heed. */
    String jdbcUrl() {
        return "jdbc:postgresql:" + URLEncoder.encode(database(), StandardCharsets.UTF_8);
    }

    private String database() {
        return Objects.requireNonNullElse(url.database(), credentials.user());
    }

    /**
     * Made anew for each connection: a password may have changed.
     *
     * @throws IOException if the password or a file cannot be found
     */
    Properties properties() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("PGHOST", url.host());
        properties.setProperty("PGPORT", String.valueOf(url.port()));
        properties.setProperty("user", credentials.user());
        properties.setProperty("ApplicationName", "pgproxy-topology");
        String seconds = String.valueOf(Math.max(1, timeout.plusMillis(999).toSeconds()));
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        properties.setProperty("sslResponseTimeout", String.valueOf(timeout.toMillis()));
        properties.setProperty("tcpKeepAlive", "true");
        char[] password = credentials.password(url.host(), url.port(), database());
        if (password != null) {
            properties.setProperty("password", new String(password));
            Arrays.fill(password, '\0');
        }
        encryption(url.tls(), properties);
        return properties;
    }

    private static void encryption(UpstreamTls tls, Properties properties) throws IOException {
        properties.setProperty("sslmode", mode(tls).word());
        properties.setProperty("channelBinding", word(tls.channelBinding()));
        if (tls.isDirect()) {
            properties.setProperty("sslNegotiation", "direct");
        }
        Path authorities = tls.authorities();
        boolean verifies = mode(tls).compareTo(SslMode.VERIFY_CA) >= 0;
        if (authorities != null) {
            properties.setProperty("sslrootcert", authorities.toString());
        } else if (verifies && tls.certificates() == null) {
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        Path certificates = tls.certificates();
        Path key = tls.key();
        if (certificates != null && key != null) {
            properties.setProperty("sslcert", certificates.toString());
            properties.setProperty("sslkey", key.toString());
            properties.setProperty("pemKeyAlgorithm", algorithm(certificates));
        }
    }

    /** The driver does not see by itself for what a key is. */
    private static String algorithm(Path certificates) throws IOException {
        try (InputStream in = Files.newInputStream(certificates)) {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(in)
                    .getPublicKey()
                    .getAlgorithm();
        } catch (CertificateException e) {
            throw new IOException("no certificate in " + certificates, e);
        }
    }

    /** With authorities REQUIRE verifies, too, as libpq has it and pgjdbc has not. */
    private static SslMode mode(UpstreamTls tls) {
        return tls.mode() == SslMode.REQUIRE && tls.authorities() != null ? SslMode.VERIFY_CA : tls.mode();
    }

    private static String word(ChannelBinding binding) {
        return binding.name().toLowerCase(Locale.ROOT);
    }

    /** {@return where it is} */
    @Override
    public String toString() {
        return url.host() + ":" + url.port();
    }
}
