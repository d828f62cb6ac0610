package io.pgproxy.core.backend;

import io.pgproxy.tls.UpstreamTls;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A {@code postgresql://[user[:password]@]host[:port][/database]} URL, as libpq reads it ("Connection URIs" in the
 * chapter on libpq of the PostgreSQL manual). A host that begins with a slash is the directory of a Unix domain socket,
 * whose file is {@code .s.PGSQL.PORT}: {@code postgresql:///database?host=/run/postgresql}, or with the slashes encoded
 * {@code postgresql://%2Frun%2Fpostgresql/database}. Shows no password.
 *
 * @param host a name or an address, IPv6 without its brackets; or a directory
 * @param port 5432 unless given
 * @param database null unless given
 * @param credentials null unless a user is given; its password is that of the URL, or is looked up in the file that the
 *     parameter {@code passfile} names, see {@link Credentials#passfile}
 * @param tls how connections are encrypted: by the parameters {@code sslmode} ({@code disable} unless
 *     {@code sslrootcert} is given, then {@code verify-full}), {@code sslrootcert}, {@code sslcert}, {@code sslkey},
 *     {@code sslnegotiation} and {@code channel_binding}
 */
public record PostgresUrl(
        String host,
        int port,
        @Nullable String database,
        @Nullable Credentials credentials,
        UpstreamTls tls) {
    /** PostgreSQL's own port. */
    public static final int DEFAULT_PORT = 5432;

    /**
     * Checks the values.
     *
     * @param host not empty
     * @param port 1 to 65535
     * @param database any, or null
     * @param credentials any, or null
     * @param tls any
     * @throws IllegalArgumentException if the host is empty or the port is none
     */
    public PostgresUrl {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("no host given");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    /**
     * A server to which nothing is encrypted.
     *
     * @param host not empty
     * @param port 1 to 65535
     * @param database any, or null
     * @param credentials any, or null
     * @throws IllegalArgumentException if the host is empty or the port is none
     */
    public PostgresUrl(String host, int port, @Nullable String database, @Nullable Credentials credentials) {
        this(host, port, database, credentials, UpstreamTls.DISABLED);
    }

    /**
     * Reads a URL.
     *
     * @param url the text; {@code postgres://} is the same
     * @return its parts
     * @throws IllegalArgumentException if it is malformed, names no host, or has parameters that are not supported; the
     *     message holds no password
     */
    public static PostgresUrl parse(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw malformed(e.getReason());
        }
        if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme())) {
            throw malformed("it must begin with postgresql://");
        }
        UrlParameters parameters = UrlParameters.of(uri);
        UrlServer server = UrlServer.of(uri, parameters);
        String path = uri.getRawPath();
        String database = path == null || path.length() < 2 ? null : decode(path.substring(1));
        if (database != null && database.contains("/")) {
            throw malformed("a database is one name");
        }
        return new PostgresUrl(
                server.host(),
                server.port(),
                database,
                credentials(server.userInfo(), parameters.get("passfile")),
                parameters.tls());
    }

    private static @Nullable Credentials credentials(@Nullable String userInfo, @Nullable String passfile) {
        if (userInfo == null) {
            if (passfile != null) {
                throw malformed("passfile needs a user");
            }
            return null;
        }
        int colon = userInfo.indexOf(':');
        if (colon < 0) {
            String user = decode(userInfo);
            return passfile == null ? Credentials.trusted(user) : Credentials.passfile(user, path(passfile));
        }
        if (passfile != null) {
            throw malformed("there is a password, so passfile has no use");
        }
        return Credentials.of(
                decode(userInfo.substring(0, colon)),
                decode(userInfo.substring(colon + 1)).toCharArray());
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw malformed("passfile is no path");
        }
    }

    static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    static IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException("malformed upstream URL: " + why);
    }
}
