package io.pgproxy.examples.readwrite;

import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.backend.PostgresUrl;
import io.pgproxy.tls.SslMode;
import io.pgproxy.tls.UpstreamTls;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Logs in to a server by pgjdbc as the proxy will: by what its URL says, in the driver's words. */
final class DriverLogin {
    private DriverLogin() {}

    /**
     * Connects.
     *
     * @throws IOException if the password cannot be found
     * @throws SQLException what the server or the driver reports
     */
    static Connection connect(Server server, Duration patience) throws IOException, SQLException {
        return DriverManager.getConnection("jdbc:postgresql:///", properties(server, patience));
    }

    private static Properties properties(Server server, Duration patience) throws IOException {
        PostgresUrl url = server.url();
        Properties properties = new Properties();
        properties.setProperty("PGHOST", url.host());
        properties.setProperty("PGPORT", String.valueOf(url.port()));
        properties.setProperty("PGDBNAME", server.database());
        properties.setProperty("user", server.user());
        properties.setProperty("ApplicationName", "pgproxy-start");
        properties.setProperty("connectTimeout", String.valueOf(patience.toSeconds()));
        properties.setProperty("socketTimeout", String.valueOf(patience.toSeconds()));
        @Nullable Credentials credentials = url.credentials();
        char[] password = Objects.requireNonNull(credentials).password(url.host(), url.port(), server.database());
        if (password != null) {
            properties.setProperty("password", new String(password));
            Arrays.fill(password, '\0');
        }
        encryption(url.tls(), properties);
        return properties;
    }

    private static void encryption(UpstreamTls tls, Properties properties) {
        @Nullable Path authorities = tls.authorities();
        // With authorities REQUIRE verifies, too, as libpq has it and pgjdbc has not.
        SslMode mode = tls.mode() == SslMode.REQUIRE && authorities != null ? SslMode.VERIFY_CA : tls.mode();
        properties.setProperty("sslmode", mode.word());
        properties.setProperty("channelBinding", tls.channelBinding().name().toLowerCase(Locale.ROOT));
        if (tls.isDirect()) {
            properties.setProperty("sslNegotiation", "direct");
        }
        set("sslrootcert", authorities, properties);
        if (authorities == null && mode.compareTo(SslMode.VERIFY_CA) >= 0 && tls.certificates() == null) {
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        set("sslcert", tls.certificates(), properties);
        set("sslkey", tls.key(), properties);
    }

    private static void set(String property, @Nullable Path file, Properties properties) {
        if (file != null) {
            properties.setProperty(property, file.toString());
        }
    }
}
