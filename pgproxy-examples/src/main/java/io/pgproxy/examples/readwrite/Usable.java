package io.pgproxy.examples.readwrite;

import java.util.List;

/**
 * The servers that work together.
 *
 * @param servers all that the settings name
 * @param readers those that are standbys of the first writer, or may be
 */
public record Usable(Servers servers, List<Server> readers) {
    /**
     * Copies the list.
     *
     * @param servers all that the settings name
     * @param readers some of them
     */
    public Usable {
        readers = List.copyOf(readers);
    }
}
