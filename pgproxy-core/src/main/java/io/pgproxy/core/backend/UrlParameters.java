package io.pgproxy.core.backend;

import io.pgproxy.tls.ChannelBinding;
import io.pgproxy.tls.SslMode;
import io.pgproxy.tls.UpstreamTls;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind the question mark of a URL, in libpq's words ("Parameter Key Words" in its chapter of the
 * PostgreSQL manual).
 */
final class UrlParameters {
    private static final List<String> KNOWN = List.of(
            "host",
            "port",
            "passfile",
            "sslmode",
            "sslrootcert",
            "sslcert",
            "sslkey",
            "sslnegotiation",
            "channel_binding");

    private final Map<String, String> values;

    private UrlParameters(Map<String, String> values) {
        this.values = values;
    }

    static UrlParameters of(URI uri) {
        Map<String, String> values = new HashMap<>();
        String query = uri.getRawQuery();
        if (query != null) {
            for (String parameter : query.split("&", -1)) {
                int equals = parameter.indexOf('=');
                String name = equals < 0 ? parameter : parameter.substring(0, equals);
                if (equals < 0 || !KNOWN.contains(name)) {
                    throw PostgresUrl.malformed(
                            "of the parameters only " + String.join(", ", KNOWN) + " are supported");
                }
                values.put(name, PostgresUrl.decode(parameter.substring(equals + 1)));
            }
        }
        return new UrlParameters(values);
    }

    /** Its value; null if it is not given. */
    @Nullable
    String get(String name) {
        return values.get(name);
    }

    /** How connections are encrypted. With authorities, and without a mode, the server is verified. */
    UpstreamTls tls() {
        String authorities = get("sslrootcert");
        UpstreamTls tls = UpstreamTls.of(mode(authorities != null));
        if (authorities != null && !authorities.equals("system")) {
            tls = tls.authorities(Path.of(authorities));
        } else if (authorities != null && tls.mode() != SslMode.VERIFY_FULL) {
            throw PostgresUrl.malformed("sslrootcert=system needs sslmode=verify-full");
        }
        String certificate = get("sslcert");
        String key = get("sslkey");
        if ((certificate == null) != (key == null)) {
            throw PostgresUrl.malformed("sslcert and sslkey need each other");
        }
        if (certificate != null && key != null) {
            tls = tls.certificate(Path.of(certificate), Path.of(key));
        }
        tls = tls.channelBinding(binding());
        return isDirect() ? tls.direct() : tls;
    }

    private SslMode mode(boolean hasAuthorities) {
        String mode = get("sslmode");
        if (mode == null) {
            return hasAuthorities ? SslMode.VERIFY_FULL : SslMode.DISABLE;
        }
        try {
            return SslMode.of(mode);
        } catch (IllegalArgumentException e) {
            throw PostgresUrl.malformed(String.valueOf(e.getMessage()));
        }
    }

    private ChannelBinding binding() {
        String binding = get("channel_binding");
        return switch (binding == null ? "prefer" : binding) {
            case "prefer" -> ChannelBinding.PREFER;
            case "disable" -> ChannelBinding.DISABLE;
            case "require" -> ChannelBinding.REQUIRE;
            default -> throw PostgresUrl.malformed("channel_binding is disable, prefer or require");
        };
    }

    private boolean isDirect() {
        String negotiation = get("sslnegotiation");
        return switch (negotiation == null ? "postgres" : negotiation) {
            case "postgres" -> false;
            case "direct" -> true;
            default -> throw PostgresUrl.malformed("sslnegotiation is postgres or direct");
        };
    }
}
