package io.pgproxy.examples.readwrite;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Where a server is, in libpq's words of {@code key=value} ("Keyword/Value Connection Strings" in its chapter of the
 * PostgreSQL manual). Shows no value.
 *
 * @param values by keyword
 */
record Conninfo(Map<String, String> values) {
    private static final List<String> OWN = List.of("host", "port", "user", "password", "dbname");

    /** What a URL has behind its question mark, in the same words. */
    private static final List<String> PARAMETERS =
            List.of("passfile", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation", "channel_binding");

    /**
     * Checks what is there; each value is checked by who reads {@link #url}.
     *
     * @param values by keyword
     * @throws IllegalArgumentException if there is a keyword that is not known, or no host or user
     */
    Conninfo {
        values = new LinkedHashMap<>(values);
        for (String keyword : values.keySet()) {
            if (!OWN.contains(keyword) && !PARAMETERS.contains(keyword)) {
                throw new IllegalArgumentException("it may have " + String.join(", ", OWN) + ", "
                        + String.join(", ", PARAMETERS) + ", and nothing else");
            }
        }
        for (String keyword : List.of("host", "user")) {
            if (values.getOrDefault(keyword, "").isEmpty()) {
                throw new IllegalArgumentException("it has no " + keyword + "=");
            }
        }
    }

    /** {@return the same as a URL} */
    String url() {
        StringBuilder url = new StringBuilder("postgresql://").append(encoded("user"));
        if (!value("password").isEmpty()) {
            url.append(':').append(encoded("password"));
        }
        url.append("@/").append(encoded("dbname"));
        StringJoiner parameters = new StringJoiner("&", "?", "");
        values.forEach((keyword, value) -> {
            boolean stands = keyword.equals("host") || keyword.equals("port") || PARAMETERS.contains(keyword);
            if (stands && !value.isEmpty()) {
                parameters.add(keyword + "=" + encoded(keyword));
            }
        });
        return url.append(parameters).toString();
    }

    private String value(String keyword) {
        return values.getOrDefault(keyword, "");
    }

    private String encoded(String keyword) {
        return URLEncoder.encode(value(keyword), StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Tells the keywords. */
    @Override
    public String toString() {
        return "Conninfo" + values.keySet();
    }
}
