package io.pgproxy.examples.readwrite;

import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.backend.PostgresUrl;
import io.pgproxy.routing.Node;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of the servers behind the proxy. Shows no password.
 *
 * @param node its name, which is that of its upstream, too, and where it is
 * @param url the same, in parts
 */
record Server(Node node, PostgresUrl url) {

    /**
     * A server by its URL.
     *
     * @throws IllegalArgumentException if the URL is malformed, or names no user or a Unix domain socket
     */
    static Server of(String name, String url, Node.Role role) {
        PostgresUrl parsed;
        try {
            parsed = PostgresUrl.parse(url);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(name + ": " + malformed.getMessage(), malformed);
        }
        return new Server(new Node(name, url, role, Node.DEFAULT_WEIGHT), parsed);
    }

    String name() {
        return node.name();
    }

    /** As whom the proxy logs in. */
    String user() {
        @Nullable Credentials credentials = url.credentials();
        return Objects.requireNonNull(credentials).user();
    }

    /** As libpq has it: the user's, if none is named. */
    String database() {
        return Objects.requireNonNullElse(url.database(), user());
    }

    /** Tells its name and where it is. */
    @Override
    public String toString() {
        String host = url.host();
        return name() + " (" + (host.contains(":") ? "[" + host + "]" : host) + ":" + url.port() + ")";
    }
}
