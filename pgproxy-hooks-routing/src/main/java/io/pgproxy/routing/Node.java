package io.pgproxy.routing;

import io.pgproxy.core.backend.PostgresUrl;
import java.util.Objects;

/**
 * One of the servers that hold the same data. Shows no password.
 *
 * @param name the upstream's name, as the builder of the proxy has it
 * @param url {@code postgresql://user:password@host:port/database}, see {@link PostgresUrl}: where it is, how
 *     connections to it are encrypted, and as whom the topology logs in, which needs no rights but to connect
 * @param role what it is thought to be; which of them takes writes is found out
 * @param weight how much of the reads it gets, compared with other readers: 1 to 1000
 */
public record Node(String name, String url, Role role, int weight) {
    /** The weight of those for which none is given. */
    public static final int DEFAULT_WEIGHT = 100;

    private static final int MOST = 1000;

    /** What a server is thought to be. */
    public enum Role {
        /** It takes writes. */
        WRITER,
        /** It is a standby. */
        READER
    }

    /**
     * Checks the values.
     *
     * @param name not empty
     * @param url with a user, and with a host that is reached by TCP
     * @param role any
     * @param weight 1 to 1000
     * @throws IllegalArgumentException if a value is none of these; the message holds no password
     */
    public Node {
        Objects.requireNonNull(role, "role");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a node has no name");
        }
        if (weight < 1 || weight > MOST) {
            throw new IllegalArgumentException("the weight of " + name + " must be 1 to 1000, not " + weight);
        }
        PostgresUrl parsed = PostgresUrl.parse(url);
        if (parsed.credentials() == null) {
            throw new IllegalArgumentException("the URL of " + name + " names no user to log in as");
        }
        if (parsed.host().startsWith("/")) {
            throw new IllegalArgumentException("the URL of " + name + " is that of a Unix domain socket");
        }
    }

    /** Tells all but the URL, which may hold a password. */
    @Override
    public String toString() {
        return "Node[" + name + ", " + role + ", weight " + weight + "]";
    }
}
