package io.pgproxy.core.backend;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Which server a URL means. Java reads no authority whose host has encoded slashes, as that of a Unix domain socket's
 * directory has; libpq does, and lets the parameters {@code host} and {@code port} say it, too.
 *
 * @param host without brackets, decoded
 * @param port as given, or PostgreSQL's own
 * @param userInfo before the @, not decoded
 */
record UrlServer(String host, int port, @Nullable String userInfo) {
    static UrlServer of(URI uri, UrlParameters parameters) {
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        String userInfo = at < 0 ? null : authority.substring(0, at);
        String hostAndPort = authority.substring(at + 1);
        int colon = hostAndPort.indexOf(':', hostAndPort.lastIndexOf(']') + 1);
        String host = colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
        String port = colon < 0 ? "" : hostAndPort.substring(colon + 1);
        String asParameter = parameters.get("host");
        if (asParameter != null) {
            host = asParameter;
        }
        String portAsParameter = parameters.get("port");
        if (portAsParameter != null) {
            port = portAsParameter;
        }
        return new UrlServer(checked(host, uri), number(port), userInfo);
    }

    private static String checked(String raw, URI uri) {
        String host = PostgresUrl.decode(raw);
        boolean asJavaReads = raw.equals(uri.getHost());
        if (host.isEmpty() || (!asJavaReads && !host.startsWith("/") && !isName(host))) {
            throw PostgresUrl.malformed("it names no host and port");
        }
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static boolean isName(String host) {
        return host.chars().allMatch(c -> Character.isLetterOrDigit(c) || ".-_:".indexOf(c) >= 0);
    }

    private static int number(String port) {
        if (port.isEmpty()) {
            return PostgresUrl.DEFAULT_PORT;
        }
        try {
            return Integer.parseInt(port);
        } catch (NumberFormatException e) {
            throw PostgresUrl.malformed("the port is no number");
        }
    }
}
