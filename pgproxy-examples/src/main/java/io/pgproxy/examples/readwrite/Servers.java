package io.pgproxy.examples.readwrite;

import io.pgproxy.examples.cli.Environment;
import io.pgproxy.routing.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The servers behind the proxy. Shows no password.
 *
 * @param writers at least one; the first is the one that the readers follow
 * @param readers at least one
 */
public record Servers(List<Server> writers, List<Server> readers) {
    private static final String READERS = "PG_READER_DSN";
    private static final String WRITERS = "PG_WRITERS_CSV";

    /** So many does a topology take, the first writer among them. */
    private static final int MOST = 62;

    /**
     * Checks the values.
     *
     * @param writers at least one
     * @param readers at least one
     * @throws IllegalArgumentException in one line, if one of both is empty, or if they are of different databases
     */
    public Servers {
        writers = List.copyOf(writers);
        readers = List.copyOf(readers);
        Server first = writers.get(0);
        for (Server server : Stream.concat(writers.stream(), readers.stream()).toList()) {
            if (!server.database().equals(first.database())) {
                throw new IllegalArgumentException("all servers have to name the same database: " + first.name()
                        + " names \"" + first.database() + "\", " + server.name() + " \"" + server.database() + "\"");
            }
        }
    }

    /**
     * Reads where they are.
     *
     * @param environment has PG_READER_DSN and PG_WRITERS_CSV
     * @return the servers; nothing is connected yet
     * @throws IllegalArgumentException in one line what is missing or wrong, without passwords
     */
    public static Servers of(Environment environment) {
        environment.require(List.of(READERS, WRITERS));
        return new Servers(
                read(environment, WRITERS, "writer-", Node.Role.WRITER),
                read(environment, READERS, "reader-", Node.Role.READER));
    }

    private static List<Server> read(Environment environment, String setting, String name, Node.Role role) {
        List<Server> servers = new ArrayList<>();
        try {
            for (String url : DsnReader.urls(environment.text(setting))) {
                servers.add(Server.of(name + (servers.size() + 1), url, role));
            }
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(setting + ": " + wrong.getMessage(), wrong);
        }
        if (servers.isEmpty() || servers.size() > MOST) {
            throw new IllegalArgumentException(setting + " has " + servers.size() + " servers: give 1 to " + MOST);
        }
        return servers;
    }

    /** {@return the one that the readers follow} */
    Server first() {
        return writers.get(0);
    }

    /** {@return the database that they all have, the only one that clients can connect to} */
    public String database() {
        return first().database();
    }

    /** {@return as whom the proxy logs in to the first writer} */
    public String user() {
        return first().user();
    }

    /** Whether what is written has to go to several. */
    boolean areMirrored() {
        return writers.size() > 1;
    }

    /** Tells where they are. */
    @Override
    public String toString() {
        return "Servers" + writers + readers;
    }
}
